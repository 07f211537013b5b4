import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { WhatsAppKeyRepository } from '@outbell/persistence/repositories/whatsapp-key.repository.js';
import { type Adopted, WhatsAppLeaseRepository } from '@outbell/persistence/repositories/whatsapp-lease.repository.js';
import { WhatsAppSessionRepository } from '@outbell/persistence/repositories/whatsapp-session.repository.js';
import { containRejections } from '@outbell/providers/baileys/contain-rejections.js';
import type { TenantSessions } from '@outbell/providers/baileys/tenant-sessions.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import { WhatsAppSessions } from '../routing/whatsapp-sessions.js';
import { OwnedSession } from './owned-session.js';
import { SealedSessionRecord } from './sealed-session-record.js';
import { SessionEvents } from './session-events.js';

/** How soon a session that nobody has is found, in ms. */
const ROUND_MS = 1_000;

/** How long a session stays a dead worker's, in ms. */
const LEASE_MS = 30_000;
const RENEW_MS = 5_000;

/** Let go of so long before a lease ends, in ms: the next owner's socket must not meet ours. */
const MARGIN_MS = 5_000;

/** A worker that starts alone takes them all, one that starts among others its share. */
const ADOPTED_AT_ONCE = 5;

/**
 * Keeps the sessions that nobody else keeps: takes them by a lease, holds one socket open for each, and lets go before
 * the lease ends. Whoever is first has them; they move when their owner dies or ends.
 */
@Injectable()
export class SessionManager extends WhatsAppSessions implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(SessionManager.name);
  private readonly owner = newId();
  /** By tenant and name. */
  private readonly owned = new Map<string, OwnedSession>();
  private renewedAt = performance.now();
  private leaseEnds: NodeJS.Timeout | undefined;
  private readonly evidence: SessionEvents;
  private endContainment: (() => void) | undefined;
  private ending = false;

  constructor(
    private readonly sessions: WhatsAppSessionRepository,
    private readonly leases: WhatsAppLeaseRepository,
    private readonly keys: WhatsAppKeyRepository,
    callbacks: CallbackRepository,
    private readonly vault: Vault,
    private readonly config: Config,
  ) {
    super();
    this.evidence = new SessionEvents(callbacks);
  }

  override sessionsOf(tenantId: string): TenantSessions {
    return {
      find: (name) => this.sessions.findNamed(tenantId, name),
      line: (name) => this.lineOf(tenantId, name),
    };
  }

  onModuleInit(): void {
    this.endContainment = containRejections((error) => this.logger.warn('Baileys has a fault', error));
  }

  /** Others have them at once. What is being sent gets its answer before, and the leases hold as long. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ending = true;
    await this.releaseAll();
    await this.evidence.written();
    clearTimeout(this.leaseEnds);
    this.endContainment?.();
  }

  @Poll({ every: ROUND_MS })
  async round(): Promise<PollResult> {
    if (this.owned.size > 0 && performance.now() - this.renewedAt >= RENEW_MS) await this.renew();
    if (this.ending) return polled(0);
    for (const session of this.owned.values()) if (session.loggingOut) this.logOut(session);
    // Measured from before: never later than the lease ends in the database.
    const before = performance.now();
    const adopted = await this.leases.adopt(this.owner, LEASE_MS, ADOPTED_AT_ONCE);
    if (adopted.length > 0 && this.owned.size === 0) this.leasesHoldSince(before);
    for (const session of adopted) this.own(session);
    await this.letGoAtTheEnd();
    return polled(adopted.length);
  }

  private lineOf(tenantId: string, name: string) {
    const session = this.owned.get(keyOf({ tenantId, name }));
    return this.ending || session?.loggingOut ? undefined : session?.line;
  }

  private own(adopted: Adopted): void {
    const { id: sessionId, tenantId, name } = adopted;
    const { WHATSAPP_NEW_CONTACTS_PER_DAY: newContactsPerDay, WHATSAPP_WEB_URL: url } = this.config.values;
    const { leases, keys, vault } = this;
    const session = new OwnedSession(adopted, {
      record: new SealedSessionRecord(adopted, { leases, keys, vault, newContactsPerDay }),
      url,
      onEvidence: (evidence) => this.evidence.note(tenantId, evidence),
      onFault: (error) => this.logger.warn('a WhatsApp session has a fault', { sessionId, tenantId }, error),
    });
    this.owned.set(keyOf({ tenantId, name }), session);
    session.live.ended
      .then((how) => this.ended(session, how))
      .catch((error: unknown) => this.logger.warn('a WhatsApp session cannot be removed', { sessionId }, error));
  }

  /** One that was let go of without being released is taken again when its lease ends: soon enough for what failed. */
  private async ended(session: OwnedSession, how: string): Promise<void> {
    const { id: sessionId, tenantId } = session.lease;
    if (this.owned.get(keyOf(session.lease)) === session) this.owned.delete(keyOf(session.lease));
    this.logger.log('a WhatsApp session was let go', { sessionId, tenantId, how });
    // The telephone may have unlinked it before its log-out was heard of here.
    if (how === 'stopped') await this.leases.remove(session.lease);
  }

  /** Lets go of what a run that was under way at the end has adopted. */
  private async letGoAtTheEnd(): Promise<void> {
    if (this.ending) await this.releaseAll();
  }

  private async releaseAll(): Promise<void> {
    await Promise.all(
      [...this.owned.values()].map(async (session) => {
        await session.close();
        await this.leases.release(session.lease);
      }),
    );
  }

  private async renew(): Promise<void> {
    const before = performance.now();
    const kept = [...this.owned.values()];
    const renewed = await this.leases.renew(
      kept.map(({ lease }) => lease),
      LEASE_MS,
    );
    this.renewedAt = before;
    this.leasesHoldSince(before);
    const still = new Map(renewed.map((row) => [row.id, row]));
    for (const session of kept) {
      const row = still.get(session.lease.id);
      if (!row) this.drop(session);
      else if (row.logoutWanted) session.wantLogOut();
    }
  }

  private leasesHoldSince(moment: number): void {
    clearTimeout(this.leaseEnds);
    const left = LEASE_MS - MARGIN_MS - (performance.now() - moment);
    this.leaseEnds = setTimeout(() => {
      for (const session of this.owned.values()) this.drop(session);
    }, left);
    this.leaseEnds.unref();
  }

  /** Somebody else may have it in a moment: nothing is waited for. */
  private drop(session: OwnedSession): void {
    session.live.close().catch((error: unknown) => this.logger.warn('closing a WhatsApp session failed', error));
  }

  /** Beside the rounds: the leases of the others are to be renewed meanwhile. */
  private logOut(session: OwnedSession): void {
    const { id: sessionId } = session.lease;
    const told = async () => {
      if (!(await session.logOut())) return;
      await this.leases.remove(session.lease);
      this.logger.log('a WhatsApp session was logged out', { sessionId });
    };
    told().catch((error: unknown) => this.logger.warn('a WhatsApp session cannot be logged out', { sessionId }, error));
  }
}

function keyOf({ tenantId, name }: { tenantId: string; name: string }): string {
  return `${tenantId}/${name}`;
}
