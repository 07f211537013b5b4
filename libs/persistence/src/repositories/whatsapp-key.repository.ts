import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { Any, Repository } from 'typeorm';
import { WhatsAppKeyEntity } from '../entities/whatsapp-key.entity.js';
import { columnsOf } from '../statements.js';
import type { Held } from './whatsapp-lease.repository.js';

/** A key of a session as it is to lie there. */
export type SealedKey = SealedRecord & { id: string; kind: string };

/** The keys of WhatsApp sessions, sealed. */
@Injectable()
export class WhatsAppKeyRepository {
  constructor(@InjectRepository(WhatsAppKeyEntity) private readonly keys: Repository<WhatsAppKeyEntity>) {}

  read(tenantId: string, sessionId: string, ids: string[]): Promise<SealedKey[]> {
    return this.keys.findBy({ tenantId, sessionId, id: Any(ids) });
  }

  /**
   * All or nothing, and only for the owner.
   *
   * @param shownForMs one of them is a code to be shown for so long; null: none is
   * @returns false when the session is another's by now
   */
  async write(held: Held, put: SealedKey[], gone: string[], shownForMs: number | null = null): Promise<boolean> {
    const [row] = await this.keys.manager.query<[{ held: boolean }]>(shownForMs === null ? WRITE : SHOW, [
      held.id,
      held.fence,
      ...columnsOf(put, 'id', 'kind', 'keyId', 'sealedKey', 'sealedData'),
      gone,
      ...(shownForMs === null ? [] : [shownForMs]),
    ]);
    return row.held;
  }
}

// The lock keeps a new owner from coming in between; one that came while we waited for it has made the fence another.
const OWNED = `SELECT id, tenant_id FROM whatsapp_session WHERE id = $1 AND fence = $2`;
const CHANGES = `put AS (
    INSERT INTO whatsapp_key (id, session_id, tenant_id, kind, key_id, sealed_key, sealed_data)
    SELECT k.id, held.id, held.tenant_id, k.kind, k.key_id, k.sealed_key, k.sealed_data FROM held,
      unnest($3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::bytea[])
        AS k (id, kind, key_id, sealed_key, sealed_data)
    ON CONFLICT (id) DO UPDATE
      SET key_id = excluded.key_id, sealed_key = excluded.sealed_key, sealed_data = excluded.sealed_data
  ), gone AS (
    DELETE FROM whatsapp_key k USING held WHERE k.session_id = held.id AND k.id = ANY($8::uuid[])
  )
  SELECT EXISTS (SELECT FROM held) AS held`;
const WRITE = `WITH held AS (${OWNED} FOR SHARE), ${CHANGES}`;
const SHOW = `WITH held AS (
    UPDATE whatsapp_session
    SET state = 'pairing', reason = NULL, shown_until = now() + $9 * interval '1 ms', updated_at = now()
    WHERE id = $1 AND fence = $2 RETURNING id, tenant_id
  ), ${CHANGES}`;
