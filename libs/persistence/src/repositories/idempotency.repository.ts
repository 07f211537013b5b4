import { Injectable } from '@nestjs/common';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource } from 'typeorm';
import { replaceSealedKeys } from '../replace-sealed-keys.js';
import type { Rewrapped, SealedRow } from '../sealed-row.js';

/** A request as its key knows it. Both hashes of SHA-256, hex. */
export interface KeyedRequest {
  tenantId: string;
  /** Of the key and its mode. */
  key: string;
  /** Of the route and of all that was asked. */
  request: string;
}

/** Whose a key is. `id` is that of what its request makes. */
export type Claim =
  /** Ours to work on. `again`: whoever had it before was given up, and may have made what `id` names. */
  | { state: 'ours'; id: string; again: boolean }
  /** Somebody else works on it. */
  | { state: 'held' }
  /** It belongs to another request. */
  | { state: 'other' }
  | { state: 'answered'; id: string; sealed: SealedRecord };

interface Row extends SealedRecord {
  id: string;
  same: boolean;
  answered: boolean;
}

/** Keys of requests, and what was answered. */
@Injectable()
export class IdempotencyRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @param holdMs after this time, in ms, somebody else may take it up */
  async claim({ tenantId, key, request }: KeyedRequest, holdMs: number): Promise<Claim> {
    const parameters = [tenantId, key, request, newId(), holdMs];
    const [ours] = await this.dataSource.query<{ id: string; again: boolean }[]>(CLAIM, parameters);
    if (ours) return { state: 'ours', ...ours };
    const [row] = await this.dataSource.query<Row[]>(FIND, [tenantId, key, request]);
    if (row && !row.same) return { state: 'other' };
    if (!row?.answered) return { state: 'held' };
    const { id, keyId, sealedKey, sealedData } = row;
    return { state: 'answered', id, sealed: { keyId, sealedKey, sealedData } };
  }

  async answer({ tenantId, key }: KeyedRequest, id: string, sealed: SealedRecord): Promise<void> {
    await this.dataSource.query(
      `UPDATE idempotency SET held_until = NULL, key_id = $4, sealed_key = $5, sealed_data = $6
       WHERE tenant_id = $1 AND key = decode($2, 'hex') AND id = $3 AND held_until IS NOT NULL`,
      [tenantId, key, id, sealed.keyId, sealed.sealedKey, sealed.sealedData],
    );
  }

  /** The request was not answered, and may have made what `id` names: whoever repeats it takes it up. */
  async giveUp({ tenantId, key }: KeyedRequest, id: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE idempotency SET held_until = '-infinity'
       WHERE tenant_id = $1 AND key = decode($2, 'hex') AND id = $3 AND held_until IS NOT NULL`,
      [tenantId, key, id],
    );
  }

  /** The request came to nothing: its key is free. */
  async forget({ tenantId, key }: KeyedRequest, id: string): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM idempotency WHERE tenant_id = $1 AND key = decode($2, 'hex') AND id = $3 AND held_until IS NOT NULL`,
      [tenantId, key, id],
    );
  }

  /**
   * Up to `limit` answers not yet under key `activeKeyId`, in order of their ids, from the one that follows `afterId`. Without what is sealed in
   * them, which may be long and is not needed for it.
   */
  pageToRewrap(activeKeyId: string, afterId: string | null, limit: number): Promise<SealedRow[]> {
    return this.dataSource.query(
      `SELECT i.id, i.tenant_id AS "tenantId", t.name AS "tenantName", 'answer under an Idempotency-Key' AS name,
         i.key_id AS "keyId", i.sealed_key AS "sealedKey", ''::bytea AS "sealedData"
       FROM idempotency i JOIN tenant t ON t.id = i.tenant_id
       WHERE i.key_id <> $1 AND ($2::uuid IS NULL OR i.id > $2) ORDER BY i.id LIMIT $3`,
      [activeKeyId, afterId, limit],
    );
  }

  /** As `replaceSealedKeys` does. */
  replaceKeys(rewrapped: Rewrapped[]): Promise<number> {
    return replaceSealedKeys(this.dataSource, 'idempotency', rewrapped);
  }
}

const CLAIM = `
  INSERT INTO idempotency AS i (tenant_id, key, request, id, held_until)
  VALUES ($1, decode($2, 'hex'), decode($3, 'hex'), $4, now() + $5 * interval '1 ms')
  ON CONFLICT (tenant_id, key) DO UPDATE SET held_until = excluded.held_until
    WHERE i.held_until < now() AND i.request = excluded.request
  RETURNING id, id <> $4 AS again`;

const FIND = `
  SELECT id, request = decode($3, 'hex') AS same, held_until IS NULL AS answered, key_id AS "keyId", sealed_key AS "sealedKey",
    sealed_data AS "sealedData"
  FROM idempotency WHERE tenant_id = $1 AND key = decode($2, 'hex')`;
