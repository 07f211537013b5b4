import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { ForbiddenError } from '@outbell/shared/errors.js';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '@outbell/shared/constants/scopes.js';
import type { AuthenticatedKey } from './authenticated-key.js';
import { accessOf, isOpenToTestKeys } from './access.decorators.js';

/**
 * Lets a request through to a handler that is public, or whose scope its key has, and that is open to keys of its mode.
 * All others are closed.
 */
@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(context.getHandler());
    if (access === 'public') return true;
    const { key } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!key || !access) throw new UnauthorizedException('This needs an API key.', { errorCode: 'key_missing' });
    checkScope(key, access);
    if (key.mode === 'test' && !isOpenToTestKeys(context.getHandler())) {
      throw closedToTestKeys();
    }
    return true;
  }
}

const CLOSED_TO_TEST_KEYS =
  'This is a test key: it sees and changes test messages and test keys alone, and this would show or change ' +
  'what is live. Use a live key.';

/** Refuses to show or change what is live. */
export function closedToTestKeys(): ForbiddenError {
  return new ForbiddenError(CLOSED_TO_TEST_KEYS, 'test_key_not_allowed');
}

/** @throws {ForbiddenException} */
export function checkScope({ scopes }: AuthenticatedKey, needed: Scope | undefined): void {
  if (needed && !scopes.includes(needed))
    throw new ForbiddenException(`This API key lacks the scope ${needed}.`, { errorCode: 'scope_missing' });
}
