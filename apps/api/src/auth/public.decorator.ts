import { allowAccess } from './handler-access.js';

/** A handler that answers without an API key: probes, metrics, unsubscribe links. Not allowed under /v1. */
export function Public(): MethodDecorator {
  return allowAccess('public');
}
