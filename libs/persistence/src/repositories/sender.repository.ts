import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { InputError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource, IsNull, LessThan, Not } from 'typeorm';
import { SenderEntity, type SenderStatus } from '../entities/sender.entity.js';
import { changedCount, changedRows } from '../statements.js';
import { type InFlight, landed } from './in-flight.js';

export type NewSender = Pick<SenderEntity, 'channel' | 'address' | 'name'>;

/** A code on its way to a sender's address. */
export interface VerificationCode {
  hash: Buffer;
  sentAt: Date;
  expiresAt: Date;
}

export interface SenderFilter {
  channel?: Channel | undefined;
  address?: string | undefined;
  status?: SenderStatus | undefined;
  /** Those that are archived, and no others. Default: those that are not. */
  archived?: boolean | undefined;
}

export interface SenderChanges {
  name?: string | null;
  status?: 'verified' | 'paused';
  statusReason?: string | null;
  rateLimits?: string;
}

@Injectable()
export class SenderRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** A sender that has yet to show it reads its own messages. @throws {InputError} 409 when the tenant has it already */
  async create(tenantId: string, wanted: NewSender, code: VerificationCode, id = newId()): Promise<SenderEntity> {
    const pending = {
      status: 'pending' as const,
      codeHash: code.hash,
      codeExpiresAt: code.expiresAt,
      verifiedAt: null,
    };
    const taken = 'is a sender already; ask for another code with resend-code';
    return this.insert(newSender({ id, tenantId, ...wanted }, pending, code.sentAt), taken);
  }

  /** A sender that somebody else vouches for. @throws {InputError} 409 when the tenant has it already */
  async createVerified(tenantId: string, wanted: NewSender, now: Date, id = newId()): Promise<SenderEntity> {
    const verified = { status: 'verified' as const, codeHash: null, codeExpiresAt: null, verifiedAt: now };
    return this.insert(newSender({ id, tenantId, ...wanted }, verified, now), 'is a sender already');
  }

  async remove(tenantId: string, id: string): Promise<void> {
    await this.senders.delete({ tenantId, id });
  }

  /** New messages cannot use it any more, and its address is free; those accepted before go on. @returns whether the tenant has it */
  async archive(tenantId: string, id: string, now: Date): Promise<boolean> {
    const archived = await changedCount(
      this.dataSource,
      `UPDATE sender SET archived_at = coalesce(archived_at, $3) WHERE tenant_id = $1 AND id = $2`,
      [tenantId, id, now],
    );
    return archived === 1;
  }

  async find(tenantId: string, id: string): Promise<SenderEntity | null> {
    return this.senders.findOneBy({ tenantId, id });
  }

  /** A tenant's senders, newest first. @param before id of the last one of the page before */
  async list(tenantId: string, filter: SenderFilter, limit: number, before?: string): Promise<SenderEntity[]> {
    const { channel, address, status, archived = false } = filter;
    return this.senders.find({
      where: {
        tenantId,
        ...(channel !== undefined && { channel }),
        ...(address !== undefined && { address }),
        ...(status !== undefined && { status }),
        archivedAt: archived ? Not(IsNull()) : IsNull(),
        ...(before !== undefined && { id: LessThan(before) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /**
   * Puts another code in the place of the last one, unless that expires after `lastExpiresBefore` (it is too fresh) or the sender is
   * verified.
   *
   * @returns whether it was put there
   */
  async replaceCode(tenantId: string, id: string, code: VerificationCode, lastExpiresBefore: Date): Promise<boolean> {
    const changed = await changedCount(
      this.dataSource,
      `UPDATE sender SET code_hash = $3, code_expires_at = $4, code_attempts = 0, updated_at = $5
       WHERE tenant_id = $1 AND id = $2 AND verified_at IS NULL AND (code_expires_at IS NULL OR code_expires_at <= $6)`,
      [tenantId, id, code.hash, code.expiresAt, code.sentAt, lastExpiresBefore],
    );
    return changed === 1;
  }

  /**
   * Spends one attempt and verifies the sender if the code is right, in one statement: however many try at once, no more than
   * `maxAttempts` are compared.
   *
   * @returns null when nothing was compared: no code, too old, too many attempts, or not the tenant's
   */
  async tryCode(
    tenantId: string,
    id: string,
    hash: Buffer,
    maxAttempts: number,
    now: Date,
  ): Promise<{ verified: boolean } | null> {
    const [tried] = await changedRows<{ verified: boolean }>(
      this.dataSource,
      `UPDATE sender SET code_attempts = code_attempts + 1, updated_at = $5,
         status = CASE WHEN code_hash = $3 THEN 'verified' ELSE status END,
         verified_at = CASE WHEN code_hash = $3 THEN $5::timestamptz END,
         code_hash = nullif(code_hash, $3)
       WHERE tenant_id = $1 AND id = $2 AND verified_at IS NULL AND code_hash IS NOT NULL AND code_expires_at > $5 AND code_attempts < $4
       RETURNING verified_at IS NOT NULL AS verified`,
      [tenantId, id, hash, maxAttempts, now],
    );
    return tried ?? null;
  }

  /**
   * Waits for a moment for what vendors were called for before the sender was paused: marks under way were waited for by the pause itself.
   * What is claimed lies in few rows, whatever the tenant has sent.
   *
   * @returns how many messages are still on their way
   */
  async awaitInFlight(tenantId: string, id: string): Promise<number> {
    const sending = await this.dataSource.query<InFlight[]>(
      `SELECT m.id, m.fence FROM (SELECT DISTINCT unnest(message_ids) AS id FROM message_lease) AS held
       CROSS JOIN LATERAL (
         SELECT id, fence, tenant_id, sender_id, status, lease_until FROM message WHERE message.id = held.id LIMIT 1
       ) AS m
       WHERE m.tenant_id = $1 AND m.sender_id = $2 AND m.status = 'sending' AND m.lease_until > now()`,
      [tenantId, id],
    );
    return landed(this.dataSource, sending);
  }

  /** A pause holds when it resolves: no message of the sender is handed over any more that was not marked before. */
  async update(tenantId: string, id: string, changes: SenderChanges, now: Date): Promise<void> {
    await this.senders.update({ tenantId, id }, { ...changes, updatedAt: now });
  }

  private async insert(sender: SenderEntity, taken: string): Promise<SenderEntity> {
    const insert = this.senders.createQueryBuilder().insert().values(sender).orIgnore().returning('id');
    const inserted = (await insert.execute()).raw as object[];
    if (inserted.length === 0) throw InputError.of('address', taken, 409, 'sender_exists');
    return sender;
  }

  private get senders() {
    return this.dataSource.getRepository(SenderEntity);
  }
}

type Standing = Pick<SenderEntity, 'status' | 'codeHash' | 'codeExpiresAt' | 'verifiedAt'>;

type Identity = NewSender & Pick<SenderEntity, 'id' | 'tenantId'>;

function newSender(identity: Identity, standing: Standing, now: Date): SenderEntity {
  const own = { archivedAt: null, statusReason: null, rateLimits: '', codeAttempts: 0 };
  return { ...identity, ...standing, ...own, createdAt: now, updatedAt: now };
}
