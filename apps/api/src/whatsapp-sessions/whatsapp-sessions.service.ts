import { Injectable, Logger } from '@nestjs/common';
import type { WhatsAppSessionEntity } from '@outbell/persistence/entities/whatsapp-session.entity.js';
import { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { normalizePhone } from '@outbell/shared/addresses/phone-number.js';
import { found, InputError, NotFoundError } from '@outbell/shared/errors.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import type { CreateSessionDto } from './create-session.dto.js';

/** A tenant's WhatsApp sessions. What is wished here, a worker does. */
@Injectable()
export class WhatsAppSessionsService {
  private readonly logger = new Logger(WhatsAppSessionsService.name);

  constructor(private readonly sessions: WhatsAppSessionRepository) {}

  /** @throws {InputError} for a number that is none or missing, or a name that is taken (409) */
  async create(
    by: AuthenticatedKey,
    { name, pair_by: pairBy, phone }: CreateSessionDto,
    id: string,
  ): Promise<WhatsAppSessionEntity> {
    if (pairBy === 'code' && phone === undefined)
      throw InputError.forField('phone', 'is needed to pair by code', 400, 'required');
    if (pairBy === 'qr' && phone !== undefined)
      throw InputError.forField('phone', 'is for pairing by code alone', 400, 'not_allowed');
    const pairPhone = phone === undefined ? null : normalizePhone(phone, 'phone');
    const session = await this.sessions.create(by.tenantId, { id, name, pairBy, pairPhone });
    this.audit('WhatsApp session created', by, session.id);
    return session;
  }

  /** @throws {NotFoundError} */
  async find(tenantId: string, id: string): Promise<WhatsAppSessionEntity> {
    return found(await this.sessions.find(tenantId, id), 'WhatsApp session', id);
  }

  list(tenantId: string, limit: number, before?: string): Promise<WhatsAppSessionEntity[]> {
    return this.sessions.list(tenantId, {}, limit, before);
  }

  /** @throws {NotFoundError} */
  async remove(by: AuthenticatedKey, id: string): Promise<void> {
    if (!(await this.sessions.remove(by.tenantId, id))) throw new NotFoundError('WhatsApp session', id);
    this.audit('WhatsApp session logged out', by, id);
  }

  private audit(what: string, by: AuthenticatedKey, sessionId: string): void {
    this.logger.log(what, { audit: true, keyPrefix: by.prefix, sessionId });
  }
}
