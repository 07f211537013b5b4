import { SetMetadata } from '@nestjs/common';

const MADE = 'outbell:made';

/** Notes the controller's method that shows what a handler has made. */
export function showsMade(method: string | undefined): MethodDecorator {
  return SetMetadata(MADE, method);
}

export function madeBy(handler: object): string | undefined {
  return Reflect.getMetadata(MADE, handler) as string | undefined;
}
