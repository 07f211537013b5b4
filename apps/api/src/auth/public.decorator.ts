import { Reflector } from '@nestjs/core';

/** A handler that answers without an API key: probes, metrics, unsubscribe links. Not allowed under /v1. */
export const Public = Reflector.createDecorator<void, true>({ transform: () => true });
