import { SetMetadata } from '@nestjs/common';
import type { Scope } from '@outbell/shared/constants/scopes.js';

/** Who may call a handler: a key of that scope, or everybody. */
export type Access = Scope | 'public';

const ACCESS = 'outbell:access';

export function allowAccess(access: Access): MethodDecorator {
  return SetMetadata(ACCESS, access);
}

/** What the handler declares; undefined: nothing, so it is closed. */
export function accessOf(handler: object): Access | undefined {
  return Reflect.getMetadata(ACCESS, handler) as Access | undefined;
}
