import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { Repository } from 'typeorm';
import { WhatsAppSessionEntity } from '../entities/whatsapp-session.entity.js';
import { refuseTaken } from './refuse-taken.js';
import { TenantRows } from './tenant-rows.js';
import { SHOWN_KEY, whatsAppKeyId } from './whatsapp-key-id.js';

export const SESSION_STATES = ['new', 'pairing', 'connected', 'disconnected', 'stopped'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export type NewSession = Pick<WhatsAppSessionEntity, 'id' | 'name' | 'pairBy' | 'pairPhone'>;

/** Describes what stands on the screen of who pairs: the code, still sealed, and how long it is good. */
export type ShownRow = SealedRecord & { id: string; until: Date };

/** WhatsApp sessions, for the tenants they belong to. */
@Injectable()
export class WhatsAppSessionRepository extends TenantRows<WhatsAppSessionEntity> {
  constructor(@InjectRepository(WhatsAppSessionEntity) rows: Repository<WhatsAppSessionEntity>) {
    super(rows);
  }

  /** @throws {InputError} 409 when the tenant has one of that name */
  async create(tenantId: string, wanted: NewSession): Promise<WhatsAppSessionEntity> {
    await this.rows.insert({ ...wanted, tenantId }).catch(refuseTaken('name', 'is taken by another session'));
    return this.rows.findOneByOrFail({ tenantId, id: wanted.id });
  }

  findNamed(tenantId: string, name: string): Promise<WhatsAppSessionEntity | null> {
    return this.rows.findOneBy({ tenantId, name });
  }

  /** The code that is to be shown now, if one is. */
  async shown(tenantId: string, id: string): Promise<ShownRow | null> {
    const [row] = await this.rows.manager.query<ShownRow[]>(
      `SELECT k.id, k.key_id AS "keyId", k.sealed_key AS "sealedKey", k.sealed_data AS "sealedData",
         s.shown_until AS until
       FROM whatsapp_session s JOIN whatsapp_key k ON k.session_id = s.id AND k.id = $3
       WHERE s.tenant_id = $1 AND s.id = $2 AND s.state = 'pairing' AND s.shown_until > now()`,
      [tenantId, id, whatsAppKeyId(id, SHOWN_KEY)],
    );
    return row ?? null;
  }

  /**
   * A linked device is to be logged out at WhatsApp first, by who has the session open; one that is not linked (any
   * more) is gone at once.
   *
   * @returns false when the tenant has no such session
   */
  async remove(tenantId: string, id: string): Promise<boolean> {
    const rows = await this.rows.manager.query<{ id: string }[]>(
      `WITH held AS (SELECT id, state IN ('connected', 'disconnected') AS linked FROM whatsapp_session
         WHERE tenant_id = $1 AND id = $2 FOR UPDATE
       ), gone AS (DELETE FROM whatsapp_session s USING held WHERE s.id = held.id AND NOT linked),
       asked AS (UPDATE whatsapp_session s SET logout_wanted = true, updated_at = now() FROM held
         WHERE s.id = held.id AND linked)
       SELECT id FROM held`,
      [tenantId, id],
    );
    return rows.length > 0;
  }
}
