import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { MessageRepository } from '@outbell/persistence/repositories/message.repository.js';
import { NotFoundError } from '@outbell/shared/errors.js';
import type { FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';

/**
 * Of a route that names a message: a test key finds test messages alone, whatever the route does with them. Live keys
 * cost nothing.
 */
@Injectable()
export class TestMessagesGuard implements CanActivate {
  constructor(private readonly messages: MessageRepository) {}

  /** @throws {NotFoundError} */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { key, params } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id?: string } }>>();
    // What is no id is refused by who reads it.
    if (key?.mode !== 'test' || params.id === undefined || !isUuid(params.id)) return true;
    const message = await this.messages.find(key.tenantId, params.id);
    if (message?.mode !== 'test') throw new NotFoundError('message', params.id);
    return true;
  }
}
