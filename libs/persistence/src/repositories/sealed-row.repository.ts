import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { Repository } from 'typeorm';
import { ConnectionEntity } from '../entities/connection.entity.js';
import { changedCount, columnsOf } from '../statements.js';

/**
 * A sealed row as the holder of the keys sees it: whose it is, and what to call it. Its id is what it was sealed for.
 */
export interface SealedRow extends SealedRecord {
  id: string;
  tenantId: string;
  tenantName: string;
  name: string;
}

export type SealedConnection = SealedRow & Pick<ConnectionEntity, 'channel' | 'provider' | 'active'>;

/** A row's data key, wrapped by another key-encryption key than before. */
export interface Rewrapped {
  id: string;
  keyId: string;
  sealedKey: Buffer;
  /** the wrapped key this one was made from: where the row holds another by now, it is left as it is */
  formerSealedKey: Buffer;
}

/** What is said of a row of each table, `r`. Answers may be long, and no rotation needs what is sealed in them. */
const SEALED = {
  connection: `r.name, r.channel, r.provider, r.active, r.sealed_data`,
  whatsapp_key: `(SELECT s.name FROM whatsapp_session s WHERE s.id = r.session_id) || ' (' || r.kind || ')' AS name,
    r.sealed_data`,
  idempotency: `'answer under an Idempotency-Key' AS name, ''::bytea`,
};

export type SealedTable = keyof typeof SEALED;

/**
 * Reads and rewraps what is stored sealed, of all tenants, for the operator's work on keys. No request of a tenant
 * leads here.
 */
@Injectable()
export class SealedRowRepository {
  constructor(@InjectRepository(ConnectionEntity) private readonly connections: Repository<ConnectionEntity>) {}

  /** Up to `limit` connections in order of their ids, from the one that follows `afterId`. */
  connectionPage(afterId: string | null, limit: number): Promise<SealedConnection[]> {
    return this.connections.manager.query(selectSealed('connection', ''), [afterId, limit]);
  }

  /** Up to `limit` rows not yet under key `activeKeyId`, in order of their ids, from the one that follows `afterId`. */
  pageToRewrap(table: SealedTable, activeKeyId: string, afterId: string | null, limit: number): Promise<SealedRow[]> {
    const text = selectSealed(table, 'AND r.key_id <> $3');
    return this.connections.manager.query(text, [afterId, limit, activeKeyId]);
  }

  /**
   * Stores rewrapped keys in one statement. The secret stays the same, so the row's version does too: nothing a worker
   * holds in memory becomes stale.
   *
   * @returns how many were stored; the others were changed since they were read
   */
  replaceKeys(table: SealedTable, rewrapped: Rewrapped[]): Promise<number> {
    return changedCount(
      this.connections.manager,
      // Locked in order of their ids first, so that two rotations at once cannot wait for each other in a circle.
      `WITH held AS (
         SELECT c.id, r.key_id, r.sealed_key FROM ${table} c
         JOIN unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) AS r (id, key_id, sealed_key, former)
           ON r.id = c.id
         WHERE c.sealed_key = r.former ORDER BY c.id FOR UPDATE OF c
       )
       UPDATE ${table} c SET key_id = held.key_id, sealed_key = held.sealed_key FROM held WHERE c.id = held.id`,
      columnsOf(rewrapped, 'id', 'keyId', 'sealedKey', 'formerSealedKey'),
    );
  }
}

function selectSealed(table: SealedTable, condition: string): string {
  return `SELECT r.id, r.tenant_id AS "tenantId", t.name AS "tenantName", r.key_id AS "keyId",
      r.sealed_key AS "sealedKey", ${SEALED[table]} AS "sealedData"
    FROM ${table} r JOIN tenant t ON t.id = r.tenant_id
    WHERE ($1::uuid IS NULL OR r.id > $1) ${condition} ORDER BY r.id LIMIT $2`;
}
