import { Injectable } from '@nestjs/common';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { DataSource } from 'typeorm';

/** A connection as the holder of the keys sees it: whose it is, and its sealed credentials. */
export interface SealedConnection extends SealedRecord {
  id: string;
  tenantId: string;
  tenantName: string;
  name: string;
  channel: string;
  provider: string;
  active: boolean;
}

/** A connection's data key, wrapped by another key-encryption key than before. */
export interface Rewrapped {
  id: string;
  keyId: string;
  sealedKey: Buffer;
  /** the wrapped key this one was made from: where the row holds another by now, it is left as it is */
  formerSealedKey: Buffer;
}

const COLUMNS = `c.id, c.tenant_id AS "tenantId", t.name AS "tenantName", c.name, c.channel, c.provider, c.active,
  c.key_id AS "keyId", c.sealed_key AS "sealedKey", c.sealed_data AS "sealedData"`;

/** The sealed credentials of all tenants, for the operator's work on keys. No request of a tenant leads here. */
@Injectable()
export class SealedConnectionRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Up to `limit` connections in order of their ids, from the one that follows `afterId`. */
  page(afterId: string | null, limit: number): Promise<SealedConnection[]> {
    return this.dataSource.query(
      `SELECT ${COLUMNS} FROM connection c JOIN tenant t ON t.id = c.tenant_id
       WHERE $1::uuid IS NULL OR c.id > $1 ORDER BY c.id LIMIT $2`,
      [afterId, limit],
    );
  }

  /** As `page`, but only those not yet under key `activeKeyId`. */
  pageToRewrap(activeKeyId: string, afterId: string | null, limit: number): Promise<SealedConnection[]> {
    return this.dataSource.query(
      `SELECT ${COLUMNS} FROM connection c JOIN tenant t ON t.id = c.tenant_id
       WHERE c.key_id <> $1 AND ($2::uuid IS NULL OR c.id > $2) ORDER BY c.id LIMIT $3`,
      [activeKeyId, afterId, limit],
    );
  }

  /**
   * Stores rewrapped keys in one statement. The secret stays the same, so the row's version does too: nothing a worker holds in
   * memory becomes stale.
   *
   * @returns how many were stored; the others were changed since they were read
   */
  async replaceKeys(rewrapped: Rewrapped[]): Promise<number> {
    const [, count] = await this.dataSource.query<[unknown, number]>(
      // Locked in order of their ids first, so that two rotations at once cannot wait for each other in a circle.
      `WITH held AS (
         SELECT c.id, r.key_id, r.sealed_key FROM connection c
         JOIN unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[]) AS r (id, key_id, sealed_key, former) ON r.id = c.id
         WHERE c.sealed_key = r.former ORDER BY c.id FOR UPDATE OF c
       )
       UPDATE connection c SET key_id = held.key_id, sealed_key = held.sealed_key FROM held WHERE c.id = held.id`,
      [
        rewrapped.map((each) => each.id),
        rewrapped.map((each) => each.keyId),
        rewrapped.map((each) => each.sealedKey),
        rewrapped.map((each) => each.formerSealedKey),
      ],
    );
    return count;
  }
}
