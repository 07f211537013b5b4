import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { CodeOver, VerifiedOver } from '@outbell/shared/constants/verified-over.js';
import { InputError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { IsNull, LessThanOrEqual, MoreThan, Not, Or, Repository } from 'typeorm';
import { SenderEntity } from '../entities/sender.entity.js';
import { changedRows } from '../statements.js';
import { type InFlight, awaitAnswers } from '../engine/in-flight.js';
import { refuseTaken } from './refuse-taken.js';
import { type Filter, TenantRows } from './tenant-rows.js';

export type NewSender = Pick<SenderEntity, 'channel' | 'address' | 'name'>;

/** A code on its way to a sender's address. */
export interface VerificationCode {
  hash: Buffer;
  /** Whose connections carry it; the sender is verified over these. */
  over: CodeOver;
  sentAt: Date;
  expiresAt: Date;
}

const TAKEN = 'is a sender already; ask for another code with resend-code';

export interface SenderFilter extends Filter<Pick<SenderEntity, 'channel' | 'address' | 'status'>> {
  /** Those that are archived, and no others. Default: those that are not. */
  archived?: boolean | undefined;
}

export type SenderChanges = Partial<Pick<SenderEntity, 'name' | 'status' | 'statusReason' | 'rateLimits'>>;

@Injectable()
export class SenderRepository extends TenantRows<SenderEntity> {
  constructor(@InjectRepository(SenderEntity) rows: Repository<SenderEntity>) {
    super(rows);
  }

  /**
   * A sender that has yet to show it reads its own messages. @throws {InputError} 409 when the tenant has it already
   */
  async create(tenantId: string, wanted: NewSender, code: VerificationCode, id = newId()): Promise<SenderEntity> {
    const pending = {
      status: 'pending' as const,
      codeHash: code.hash,
      codeOver: code.over,
      codeExpiresAt: code.expiresAt,
      verifiedAt: null,
      verifiedOver: 'tenant' as const,
    };
    return this.insert(newSender({ id, tenantId, ...wanted }, pending, code.sentAt), TAKEN);
  }

  /**
   * Tells whether the address was sent a code that expires later than that, and is not verified by it: to what is
   * archived now, too, or making it anew would be a way to more codes and more attempts at them.
   *
   * @throws {InputError} 409 when it is a sender still
   */
  async hasFreshCode(tenantId: string, { channel, address }: NewSender, lastExpiresBefore: Date): Promise<boolean> {
    const fresh = { codeHash: Not(IsNull()), codeExpiresAt: MoreThan(lastExpiresBefore) };
    const rows = await this.rows.findBy({ tenantId, channel, address, ...fresh });
    if (rows.some(({ archivedAt }) => archivedAt === null))
      throw InputError.forField('address', TAKEN, 409, 'sender_exists');
    return rows.length > 0;
  }

  /** A sender that the tenant's vendor vouches for. @throws {InputError} 409 when the tenant has it already */
  async createVerified(tenantId: string, wanted: NewSender, now: Date, id = newId()): Promise<SenderEntity> {
    return this.insert(newSender({ id, tenantId, ...wanted }, vouchedFor('tenant', now), now), 'is a sender already');
  }

  /**
   * The operator's word for a sender, whether or not the tenant has made it: it may go by the installation's
   * connections. A pause stays.
   *
   * @returns its row as it is now
   */
  async grant(tenantId: string, wanted: NewSender, now: Date): Promise<SenderEntity> {
    const { channel, address } = wanted;
    const sender = newSender({ id: newId(), tenantId, ...wanted }, vouchedFor('operator', now), now);
    await this.rows.createQueryBuilder().insert().values(sender).orIgnore().execute();
    await this.rows.manager.query(
      `UPDATE sender SET verified_over = 'operator',
         status = CASE status WHEN 'pending' THEN 'verified' ELSE status END,
         verified_at = coalesce(verified_at, $4), code_hash = NULL, updated_at = $4
       WHERE tenant_id = $1 AND channel = $2 AND address = $3 AND verified_over <> 'operator'`,
      [tenantId, channel, address, now],
    );
    return this.rows.findOneByOrFail({ tenantId, channel, address, archivedAt: IsNull() });
  }

  /**
   * Takes the right back to go by the installation's connections, also from what is archived: made anew, it has it no
   * more.
   *
   * @returns null when the tenant has no such verified sender
   */
  async withdraw(tenantId: string, channel: Channel, address: string, now: Date): Promise<SenderEntity | null> {
    const withdrawn = { verifiedOver: 'withdrawn' as const, codeHash: null, updatedAt: now };
    await this.rows.update({ tenantId, channel, address, verifiedAt: Not(IsNull()) }, withdrawn);
    const sender = await this.rows.findOneBy({ tenantId, channel, address, archivedAt: IsNull() });
    return sender?.verifiedAt ? sender : null;
  }

  async remove(tenantId: string, id: string): Promise<void> {
    await this.rows.delete({ tenantId, id });
  }

  /**
   * New messages cannot use it any more, and its address is free; those accepted before go on. @returns whether the
   * tenant has it
   */
  archive(tenantId: string, id: string, now: Date): Promise<boolean> {
    return this.setOnce(tenantId, { id }, 'archivedAt', now);
  }

  override list(tenantId: string, filter: SenderFilter, limit: number, before?: string): Promise<SenderEntity[]> {
    const { archived = false, ...rest } = filter;
    return super.list(tenantId, { ...rest, archivedAt: archived ? Not(IsNull()) : IsNull() }, limit, before);
  }

  /**
   * Puts another code in the place of the last one, unless that expires after `lastExpiresBefore` (it is too fresh) or
   * the sender needs none: it is verified, and the code would not let it go by more connections than before.
   *
   * @returns whether it was put there
   */
  async replaceCode(tenantId: string, id: string, code: VerificationCode, lastExpiresBefore: Date): Promise<boolean> {
    const { hash: codeHash, over: codeOver, sentAt: updatedAt, expiresAt: codeExpiresAt } = code;
    const stale = { tenantId, id, codeExpiresAt: Or(IsNull(), LessThanOrEqual(lastExpiresBefore)) };
    const { affected } = await this.rows
      .createQueryBuilder()
      .update()
      .set({ codeHash, codeExpiresAt, codeOver, codeAttempts: 0, updatedAt })
      .where(stale)
      .andWhere(`(verified_at IS NULL${codeOver === 'installation' ? ` OR verified_over = 'tenant'` : ''})`)
      .execute();
    return affected === 1;
  }

  /**
   * Spends one attempt and verifies the sender if the code is right, over the connections that carried the code, in one
   * statement: however many try at once, no more than `maxAttempts` are compared.
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
      this.rows.manager,
      `UPDATE sender SET code_attempts = code_attempts + 1, updated_at = $5,
         status = CASE WHEN code_hash = $3 AND status = 'pending' THEN 'verified' ELSE status END,
         verified_at = CASE WHEN code_hash = $3 THEN $5::timestamptz ELSE verified_at END,
         verified_over = CASE WHEN code_hash IS DISTINCT FROM $3 THEN verified_over
           WHEN EXISTS (SELECT FROM sender w WHERE w.tenant_id = $1 AND w.channel = sender.channel
             AND w.address = sender.address AND w.verified_over = 'withdrawn') THEN 'withdrawn'
           ELSE coalesce(code_over, 'tenant') END,
         code_hash = nullif(code_hash, $3)
       WHERE tenant_id = $1 AND id = $2 AND code_hash IS NOT NULL AND code_expires_at > $5 AND code_attempts < $4
         AND (verified_at IS NULL OR (verified_over = 'tenant' AND code_over = 'installation'))
       RETURNING code_hash IS NULL AS verified`,
      [tenantId, id, hash, maxAttempts, now],
    );
    return tried ?? null;
  }

  /**
   * Waits for a moment for what vendors were called for before the sender was paused: marks under way were waited for
   * by the pause itself. What is claimed lies in few rows, whatever the tenant has sent.
   *
   * @returns how many messages are still on their way
   */
  async awaitInFlight(tenantId: string, id: string): Promise<number> {
    const sending = await this.rows.manager.query<InFlight[]>(
      `SELECT m.id, m.fence FROM (SELECT DISTINCT unnest(message_ids) AS id FROM message_lease) AS held
       CROSS JOIN LATERAL (
         SELECT id, fence, tenant_id, sender_id, status, lease_until FROM message WHERE message.id = held.id LIMIT 1
       ) AS m
       WHERE m.tenant_id = $1 AND m.sender_id = $2 AND m.status = 'sending' AND m.lease_until > now()`,
      [tenantId, id],
    );
    return awaitAnswers(this.rows.manager.dataSource, sending);
  }

  /** A pause holds when it resolves: no message of the sender is handed over any more that was not marked before. */
  async update(tenantId: string, id: string, changes: SenderChanges, now: Date): Promise<void> {
    await this.rows.update({ tenantId, id }, { ...changes, updatedAt: now });
  }

  private async insert(sender: SenderEntity, taken: string): Promise<SenderEntity> {
    await this.rows.insert(sender).catch(refuseTaken('address', taken, 'sender_exists'));
    return sender;
  }
}

type Standing = Pick<
  SenderEntity,
  'status' | 'codeHash' | 'codeOver' | 'codeExpiresAt' | 'verifiedAt' | 'verifiedOver'
>;

function vouchedFor(verifiedOver: VerifiedOver, now: Date): Standing {
  return { status: 'verified', codeHash: null, codeOver: null, codeExpiresAt: null, verifiedAt: now, verifiedOver };
}

type Identity = NewSender & Pick<SenderEntity, 'id' | 'tenantId'>;

function newSender(identity: Identity, standing: Standing, now: Date): SenderEntity {
  const own = { archivedAt: null, statusReason: null, rateLimits: '', codeAttempts: 0 };
  return { ...identity, ...standing, ...own, createdAt: now, updatedAt: now };
}
