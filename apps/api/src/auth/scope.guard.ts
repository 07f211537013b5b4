import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '@outbell/shared/constants/scopes.js';
import type { AuthenticatedKey } from './authenticated-key.js';
import { accessOf } from './handler-access.js';

/** Lets a request through to a handler that is public, or whose scope its key has. All others are closed. */
@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(context.getHandler());
    if (access === 'public') return true;
    const { key } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!key || !access) throw new UnauthorizedException('This needs an API key.', { errorCode: 'key_missing' });
    checkScope(key, access);
    return true;
  }
}

/** @throws {ForbiddenException} */
export function checkScope({ scopes }: AuthenticatedKey, needed: Scope | undefined): void {
  if (needed && !scopes.includes(needed))
    throw new ForbiddenException(`This API key lacks the scope ${needed}.`, { errorCode: 'scope_missing' });
}
