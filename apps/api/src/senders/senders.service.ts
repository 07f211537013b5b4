import { Injectable } from '@nestjs/common';
import { channelErrors } from '@outbell/intake/request-policy.js';
import type { SenderEntity } from '@outbell/persistence/entities/sender.entity.js';
import {
  type NewSender,
  type SenderChanges,
  SenderRepository,
  type VerificationCode,
} from '@outbell/persistence/repositories/sender.repository.js';
import { checkRates } from '@outbell/planning/rate-limits.js';
import { normalizeSender } from '@outbell/channels/addresses.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { found, InputError, NotFoundError } from '@outbell/shared/errors.js';
import type { AuthenticatedKey } from '../auth/authenticated-key.js';
import type { CreateSenderDto, ListSendersQuery, UpdateSenderDto } from './sender-requests.dto.js';
import { SenderVerification } from './sender-verification.service.js';
import { CODE_LIFE_MS, hashCode, MAX_ATTEMPTS, newCode, RESEND_AFTER_MS } from './verification-code.js';

export interface Updated {
  sender: SenderEntity;
  /**
   * Of one that was paused: what a vendor was called for before, and has not answered. Null where nothing was paused.
   */
  inFlight: number | null;
}

/**
 * A tenant's sending identities. One of email has to show once that it reads its own messages; those of other channels
 * belong to the vendor's account, and the vendor refuses what is not its own.
 */
@Injectable()
export class SendersService {
  constructor(
    private readonly senders: SenderRepository,
    private readonly verification: SenderVerification,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws {InputError} for what is no address, a sender there already is or a code just sent (409), or when no code
   * can be sent
   */
  async create(by: AuthenticatedKey, { channel, address, name }: CreateSenderDto, id: string): Promise<SenderEntity> {
    const errors = channelErrors(channel, this.config.values.CHANNELS);
    if (errors.length > 0) throw new InputError(errors);
    const wanted = { channel, address: normalizeSender(channel, address), name: name ?? null };
    if (channel !== 'email') return this.senders.createVerified(by.tenantId, wanted, this.clock.now(), id);
    return this.createPending(by, wanted, id);
  }

  /** @throws {NotFoundError} */
  async find(tenantId: string, id: string): Promise<SenderEntity> {
    return found(await this.senders.find(tenantId, id), 'sender', id);
  }

  async list(tenantId: string, query: ListSendersQuery, limit: number): Promise<SenderEntity[]> {
    const { channel, status, archived, cursor } = query;
    return this.senders.list(tenantId, { channel, status, archived: archived === 'true' }, limit, cursor);
  }

  /** Again without harm. @throws {NotFoundError} */
  async archive(tenantId: string, id: string): Promise<void> {
    if (!(await this.senders.archive(tenantId, id, this.clock.now()))) throw new NotFoundError('sender', id);
  }

  /** @throws {NotFoundError} @throws {InputError} when the code is wrong, old or tried too often (422) */
  async verify(tenantId: string, id: string, code: string): Promise<SenderEntity> {
    const sender = await this.findInUse(tenantId, id);
    if (sender.verifiedAt && sender.codeHash === null) return sender;
    const hash = hashCode(tenantId, sender.address, code);
    const tried = await this.senders.tryCode(tenantId, id, hash, MAX_ATTEMPTS, this.clock.now());
    if (!tried) {
      const text = 'is too old or was tried too often; ask for another with resend-code';
      throw InputError.forField('code', text, 422, 'code_expired');
    }
    if (!tried.verified) throw InputError.forField('code', 'is not the one that was sent last', 422, 'wrong_code');
    return this.find(tenantId, id);
  }

  /** @throws {NotFoundError} @throws {InputError} 409 when it is verified already, or the last code is too fresh */
  async resendCode(by: AuthenticatedKey, id: string): Promise<SenderEntity> {
    const sender = await this.findInUse(by.tenantId, id);
    if (sender.verifiedAt && !this.gainsByCode(sender)) throw InputError.forField('id', 'is verified already', 409);
    const code = newCode();
    const record = this.record(by.tenantId, sender.address, code);
    if (!(await this.senders.replaceCode(by.tenantId, id, record, lastOne(record)))) throw sentRecently('id');
    const pending = await this.find(by.tenantId, id);
    await this.verification.send(by, pending, code);
    return pending;
  }

  /** @throws {NotFoundError} @throws {InputError} for bad rates, or a status it cannot have */
  async update(tenantId: string, id: string, wanted: UpdateSenderDto): Promise<Updated> {
    const changes = changesOf(await this.findInUse(tenantId, id), wanted);
    await this.senders.update(tenantId, id, changes, this.clock.now());
    const inFlight = changes.status === 'paused' ? await this.senders.awaitInFlight(tenantId, id) : null;
    return { sender: await this.find(tenantId, id), inFlight };
  }

  private async findInUse(tenantId: string, id: string): Promise<SenderEntity> {
    const sender = await this.find(tenantId, id);
    if (sender.archivedAt)
      throw InputError.forField('id', 'is archived; make a sender of that address', 409, 'archived');
    return sender;
  }

  private async createPending(by: AuthenticatedKey, wanted: NewSender, id: string): Promise<SenderEntity> {
    const code = newCode();
    const record = this.record(by.tenantId, wanted.address, code);
    if (await this.senders.hasFreshCode(by.tenantId, wanted, lastOne(record))) throw sentRecently('address');
    const sender = await this.senders.create(by.tenantId, wanted, record, id);
    try {
      await this.verification.send(by, sender, code);
    } catch (error) {
      // Without its code it could never be verified, and would be in the way of a second try.
      await this.senders.remove(by.tenantId, sender.id);
      throw error;
    }
    return sender;
  }

  /**
   * Verified over the tenant's own connections, of email, and now the installation has one: a code by that proves more.
   */
  private gainsByCode({ channel, verifiedOver }: SenderEntity): boolean {
    return channel === 'email' && verifiedOver === 'tenant' && this.verification.over() === 'installation';
  }

  private record(tenantId: string, address: string, code: string): VerificationCode {
    const sentAt = this.clock.now();
    const expiresAt = new Date(sentAt.getTime() + CODE_LIFE_MS);
    return { hash: hashCode(tenantId, address, code), over: this.verification.over(), sentAt, expiresAt };
  }
}

/** When a code that this one may follow has to expire at the latest. */
function lastOne({ expiresAt }: VerificationCode): Date {
  return new Date(expiresAt.getTime() - RESEND_AFTER_MS);
}

function sentRecently(field: string): InputError {
  const text = `was sent a code within the last ${RESEND_AFTER_MS / 1000} s; wait for it`;
  return InputError.forField(field, text, 409, 'code_sent_recently');
}

function changesOf(sender: SenderEntity, { name, status, rate_limits }: UpdateSenderDto): SenderChanges {
  const rateLimits = rate_limits === undefined ? undefined : checkRates(rate_limits, 'rate_limits');
  if (status !== undefined && !sender.verifiedAt) {
    throw InputError.forField('status', 'has to be verified first, with the code that was sent to the address', 409);
  }
  return {
    ...(name !== undefined && { name }),
    ...(status !== undefined && { status, statusReason: status === 'paused' ? 'paused_by_tenant' : null }),
    ...(rateLimits !== undefined && { rateLimits }),
  };
}
