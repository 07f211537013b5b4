import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { IsNull, Not, Repository } from 'typeorm';
import { IdempotencyEntity } from '../entities/idempotency.entity.js';

/** A request as its key knows it. Both hashes of SHA-256, hex. */
export interface KeyedRequest {
  tenantId: string;
  /** Of the key and its mode. */
  key: string;
  /** Of the route and of all that was asked. */
  request: string;
}

/** Names whose a key is. `id` is that of what its request makes. */
export type Claim =
  /** Ours to work on. `again`: whoever had it before was given up, and may have made what `id` names. */
  | { state: 'ours'; id: string; again: boolean }
  /** Somebody else works on it. */
  | { state: 'held' }
  /** It belongs to another request. */
  | { state: 'other' }
  | { state: 'answered'; id: string; sealed: SealedRecord };

/** Keys of requests, and what was answered. */
@Injectable()
export class IdempotencyRepository {
  constructor(@InjectRepository(IdempotencyEntity) private readonly keys: Repository<IdempotencyEntity>) {}

  /** @param holdMs after this time, in ms, somebody else may take it up */
  async claim({ tenantId, key, request }: KeyedRequest, holdMs: number): Promise<Claim> {
    const parameters = [tenantId, key, request, newId(), holdMs];
    const [ours] = await this.keys.manager.query<{ id: string; again: boolean }[]>(CLAIM, parameters);
    if (ours) return { state: 'ours', ...ours };
    const row = await this.keys.findOneBy({ tenantId, key: bytes(key) });
    if (row && !row.request.equals(bytes(request))) return { state: 'other' };
    if (row?.heldUntil !== null) return { state: 'held' };
    const { id, keyId, sealedKey, sealedData } = row;
    return { state: 'answered', id, sealed: { keyId, sealedKey, sealedData } as SealedRecord };
  }

  async answer(request: KeyedRequest, id: string, sealed: SealedRecord): Promise<void> {
    const { keyId, sealedKey, sealedData } = sealed;
    await this.keys.update(held(request, id), { heldUntil: null, keyId, sealedKey, sealedData });
  }

  /** The request was not answered, and may have made what `id` names: whoever repeats it takes it up. */
  async giveUp(request: KeyedRequest, id: string): Promise<void> {
    await this.keys.update(held(request, id), { heldUntil: () => `'-infinity'` });
  }

  /** The request came to nothing: its key is free. */
  async forget(request: KeyedRequest, id: string): Promise<void> {
    await this.keys.delete(held(request, id));
  }
}

const CLAIM = `
  INSERT INTO idempotency AS i (tenant_id, key, request, id, held_until)
  VALUES ($1, decode($2, 'hex'), decode($3, 'hex'), $4, now() + $5 * interval '1 ms')
  ON CONFLICT (tenant_id, key) DO UPDATE SET held_until = excluded.held_until
    WHERE i.held_until < now() AND i.request = excluded.request
  RETURNING id, id <> $4 AS again`;

function held({ tenantId, key }: KeyedRequest, id: string) {
  return { tenantId, key: bytes(key), id, heldUntil: Not(IsNull()) };
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
