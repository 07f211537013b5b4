import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { accessOf } from './handler-access.js';

/** Lets a request through to a handler that is public, or whose scope its key has. All others are closed. */
@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(context.getHandler());
    if (access === 'public') return true;
    const { key } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!key || !access) throw new UnauthorizedException('This needs an API key.', { errorCode: 'key_missing' });
    if (!key.scopes.includes(access))
      throw new ForbiddenException(`This API key lacks the scope ${access}.`, { errorCode: 'scope_missing' });
    return true;
  }
}
