import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { replaceSealedKeys } from '../replace-sealed-keys.js';
import type { Rewrapped, SealedRow } from '../sealed-row.js';

/** A connection as the holder of the keys sees it. */
export interface SealedConnection extends SealedRow {
  channel: string;
  provider: string;
  active: boolean;
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

  /** As `replaceSealedKeys` does. */
  replaceKeys(rewrapped: Rewrapped[]): Promise<number> {
    return replaceSealedKeys(this.dataSource, 'connection', rewrapped);
  }
}
