import { Injectable } from '@nestjs/common';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { InputError } from '@outbell/shared/errors.js';
import { DataSource, QueryFailedError } from 'typeorm';
import { SHOWN_KEY, whatsAppKeyId } from './whatsapp-key-id.js';

export const SESSION_STATES = ['new', 'pairing', 'connected', 'disconnected', 'stopped'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** A WhatsApp session as its tenant may see it. */
export interface SessionRow {
  id: string;
  tenantId: string;
  name: string;
  /** E.164, once paired. */
  phone: string | null;
  state: SessionState;
  /** A stable machine word: why it is not connected. */
  reason: string | null;
  pairBy: 'qr' | 'code';
  logoutWanted: boolean;
  restsUntil: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface NewSession {
  id: string;
  name: string;
  pairBy: 'qr' | 'code';
  /** E.164: whose telephone asks for the code. */
  pairPhone: string | null;
}

/** What stands on the screen of who pairs: the code, still sealed, and how long it is good. */
export type ShownRow = SealedRecord & { id: string; until: Date };

const COLUMNS = `id, tenant_id AS "tenantId", name, phone, state, reason, pair_by AS "pairBy", logout_wanted AS "logoutWanted",
  restricted_until AS "restsUntil", created_at AS "createdAt", updated_at AS "updatedAt"`;

const UNIQUE_VIOLATION = '23505';

/** WhatsApp sessions, for the tenants they belong to. */
@Injectable()
export class WhatsAppSessionRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {InputError} 409 when the tenant has one of that name */
  async create(tenantId: string, { id, name, pairBy, pairPhone }: NewSession): Promise<SessionRow> {
    try {
      const [row] = await this.dataSource.query<[SessionRow]>(
        `INSERT INTO whatsapp_session (id, tenant_id, name, pair_by, pair_phone) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
        [id, tenantId, name, pairBy, pairPhone],
      );
      return row;
    } catch (error) {
      const code = error instanceof QueryFailedError ? (error.driverError as { code?: unknown }).code : undefined;
      if (code === UNIQUE_VIOLATION) throw InputError.of('name', 'is taken by another session', 409, 'name_taken');
      throw error;
    }
  }

  async find(tenantId: string, id: string): Promise<SessionRow | null> {
    const [row] = await this.dataSource.query<SessionRow[]>(
      `SELECT ${COLUMNS} FROM whatsapp_session WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id],
    );
    return row ?? null;
  }

  async findNamed(tenantId: string, name: string): Promise<SessionRow | null> {
    const [row] = await this.dataSource.query<SessionRow[]>(
      `SELECT ${COLUMNS} FROM whatsapp_session WHERE tenant_id = $1 AND name = $2`,
      [tenantId, name],
    );
    return row ?? null;
  }

  /** A tenant's sessions, newest first. @param before id of the last one of the page before */
  list(tenantId: string, limit: number, before?: string): Promise<SessionRow[]> {
    return this.dataSource.query(
      `SELECT ${COLUMNS} FROM whatsapp_session WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [tenantId, before ?? null, limit],
    );
  }

  /** The code that is to be shown now, if one is. */
  async shown(tenantId: string, id: string): Promise<ShownRow | null> {
    const [row] = await this.dataSource.query<ShownRow[]>(
      `SELECT k.id, k.key_id AS "keyId", k.sealed_key AS "sealedKey", k.sealed_data AS "sealedData", s.shown_until AS until
       FROM whatsapp_session s JOIN whatsapp_key k ON k.session_id = s.id AND k.id = $3
       WHERE s.tenant_id = $1 AND s.id = $2 AND s.state = 'pairing' AND s.shown_until > now()`,
      [tenantId, id, whatsAppKeyId(id, SHOWN_KEY)],
    );
    return row ?? null;
  }

  /**
   * A linked device is to be logged out at WhatsApp first, by who has the session open; one that is not linked (any more) is gone at once.
   *
   * @returns false when the tenant has no such session
   */
  async remove(tenantId: string, id: string): Promise<boolean> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `WITH held AS (SELECT id, state IN ('connected', 'disconnected') AS linked FROM whatsapp_session
         WHERE tenant_id = $1 AND id = $2 FOR UPDATE
       ), gone AS (DELETE FROM whatsapp_session s USING held WHERE s.id = held.id AND NOT linked),
       asked AS (UPDATE whatsapp_session s SET logout_wanted = true, updated_at = now() FROM held WHERE s.id = held.id AND linked)
       SELECT id FROM held`,
      [tenantId, id],
    );
    return rows.length > 0;
  }
}
