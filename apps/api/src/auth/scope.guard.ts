import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Public } from './public.decorator.js';
import { ScopeOfHandler } from './require-scope.decorator.js';

/** Lets a request through to a handler that is public, or whose scope its key has. All others are closed. */
@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    if (this.reflector.get(Public, handler)) return true;
    const scope = this.reflector.get(ScopeOfHandler, handler);
    const { key } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!key || !scope) throw new UnauthorizedException('This needs an API key.');
    if (!key.scopes.includes(scope)) throw new ForbiddenException(`This API key lacks the scope ${scope}.`);
    return true;
  }
}
