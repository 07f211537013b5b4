import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { CapacityDeferralRepository } from '@outbell/persistence/engine/capacity-deferral.repository.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import { DeliveryEventRepository } from '@outbell/persistence/engine/delivery-event.repository.js';
import { DeliveryRepository, type Settlement } from '@outbell/persistence/engine/delivery.repository.js';
import { DispatchRepository } from '@outbell/persistence/engine/dispatch.repository.js';
import { FallbackRepository } from '@outbell/persistence/engine/fallback.repository.js';
import { LostLeaseRepository } from '@outbell/persistence/engine/lost-lease.repository.js';
import { MessageIntakeRepository } from '@outbell/persistence/engine/message-intake.repository.js';
import { MessageReferenceRepository } from '@outbell/persistence/engine/message-reference.repository.js';
import type { NewMessage } from '@outbell/persistence/engine/new-message.js';
import { OutboxRepository } from '@outbell/persistence/engine/outbox/outbox.repository.js';
import { SUBSCRIBERS } from '@outbell/persistence/engine/outbox/subscribers.js';
import { RateSlotRepository } from '@outbell/persistence/engine/rate-slot.repository.js';
import { RecipientNameRepository } from '@outbell/persistence/engine/recipient-name.repository.js';
import { ResendRepository } from '@outbell/persistence/engine/resend.repository.js';
import { StatusPollRepository } from '@outbell/persistence/engine/status-poll.repository.js';
import { SuppressionRepository } from '@outbell/persistence/repositories/suppression.repository.js';
import { newId } from '@outbell/shared/uuid.js';
import type { DataSource } from 'typeorm';
import type { TenantFactory } from './factories.js';
import { repositoryOn } from './repositories.js';
import { sentSettlement } from './settlements.js';
import { told } from './told.js';

const LEASE_MS = 60_000;
const POLICY = { attempts: 5, delayMs: 1, factor: 1, maxDelayMs: 1 };
const CONNECTION = newId();
const SOURCE = { provider: 'caller', connectionId: CONNECTION };

/** How each of the results looks that a batch of a delivery may hold. */
const RESULTS: ((index: number) => Partial<Settlement>)[] = [
  () => ({}),
  () => ({ listener: 'status-polls' }),
  () => ({ status: 'queued', event: 'retry', outcome: 'retry', reason: 'timeout', dueAfterMs: 1 }),
  () => ({ status: 'queued', event: 'failover', outcome: 'retry', reason: 'refused', dueAfterMs: 0 }),
  () => ({ status: 'queued', event: 'deferred', outcome: 'deferred', reason: 'vendor_busy', dueAfterMs: LEASE_MS }),
  () => ({ status: 'unknown', event: 'unknown', outcome: 'unknown', reason: 'timeout' }),
  () => ({ status: 'failed', event: 'failed', outcome: 'rejected', reason: 'bad_address', suppress: 'invalid' }),
  () => ({ status: 'expired', event: 'expired', outcome: 'expired', reason: 'expired', attempt: null }),
];

/** Plays what an installation does to its messages, step by step, in batches of one size. */
export class EngineScenes {
  private readonly delivery: DeliveryRepository;
  private readonly intake: MessageIntakeRepository;
  private messages: NewMessage[] = [];
  private claimed: ClaimedMessage[] = [];

  /**
   * @param db on which the engine's statements run
   * @param beside another one, for all else
   */
  constructor(
    private readonly db: DataSource,
    private readonly beside: DataSource,
    private readonly tenant: TenantFactory,
    private readonly size: number,
  ) {
    this.delivery = new DeliveryRepository(db);
    this.intake = new MessageIntakeRepository(db);
  }

  /** The steps in their order; each goes on with what the one before has left. */
  readonly steps: Record<string, () => Promise<unknown>> = {
    'find references': () => this.findReferences(),
    accept: () => this.accept(),
    'accept repeats': () => this.intake.findEarlier(this.messages),
    dispatch: () => this.dispatch(),
    'defer for capacity': () => this.deferForCapacity(),
    claim: () => this.claim(),
    mark: () => this.mark(),
    settle: () => this.settle(),
    'settle once more': () => this.settle(),
    release: () => this.release(),
    'lost leases': () => this.loseLeases(),
    'delivery events': () => this.applyDeliveryEvents(),
    'delivery events that find nothing': () => this.applyStrangeEvents(),
    'opt-outs': () => this.applyOptOuts(),
    outbox: () => this.hear(),
    fallbacks: () => this.goByFallbacks(),
    resends: () => this.resend(),
    'status polls': () => new StatusPollRepository(this.db).take(this.size),
    'rate limits': () => this.book(),
    suppress: () => this.suppress(),
  };

  private get ids(): string[] {
    return this.messages.map(({ id }) => id);
  }

  /** So many, each with all that a message may have beside its columns where `extras` says so. */
  private newMessages(extras: boolean, changes: Partial<NewMessage> = {}): NewMessage[] {
    return Array.from({ length: this.size }, (_, index) => {
      const id = newId();
      const key = id.replaceAll('-', '').repeat(2);
      return this.tenant.newMessage({
        id,
        recipient: `p${this.size}-${index}@example.org`,
        dedupeKey: key,
        bodyHash: key,
        ...(extras && { resends: true, fallbacks: [{ channel: 'sms' as const, afterMs: 0, request: {} }] }),
        ...changes,
      });
    });
  }

  private async findReferences(): Promise<void> {
    const references = new MessageReferenceRepository(this.db);
    const { tenantId, senderId } = this.tenant;
    const times = Array.from({ length: this.size }, (_, index) => index);
    const base = { tenantId, channel: 'email' as const };
    await references.findSenders(
      times.map((index) => ({ ...base, sender: index % 2 ? senderId : 'shop@example.com', shared: true as const })),
    );
    await references.findTemplates(times.map((index) => ({ ...base, name: `t${index}`, locale: 'en', version: null })));
    await references.findContacts(times.map((index) => ({ ...base, contact: `c${index}` })));
  }

  private async accept(): Promise<void> {
    await this.intake.insert(this.newMessages(false, { channel: 'push' }));
    this.messages = this.newMessages(true);
    await this.intake.insert(this.messages);
  }

  private async dispatch(): Promise<void> {
    const dispatch = new DispatchRepository(this.db);
    const line = { channel: 'email', priority: 2 } as const;
    await dispatch.dueLines(['email']);
    await dispatch.isBacklogged(line, this.size);
    const taken = await dispatch.takeOldest(line, this.size, LEASE_MS);
    await dispatch.giveBack(taken.map(({ id }) => id));
    const tenants = await dispatch.nextTenants(line, null, 10);
    await dispatch.takeFrom(line, tenants, this.size, LEASE_MS);
    await dispatch.giveBack(this.ids);
  }

  private async deferForCapacity(): Promise<void> {
    const capacity = new CapacityDeferralRepository(this.db);
    const { tenantId } = this.tenant;
    const backlog = { tenantId, connectionId: CONNECTION, rank: 2, room: 0, firstMs: 1_000, nextMs: 1 };
    await capacity.deferUnclaimed(this.ids, [backlog]);
    await capacity.bringForward(CONNECTION, this.size, LEASE_MS);
  }

  private async claim(): Promise<void> {
    this.claimed = await this.delivery.claim('email', this.ids, LEASE_MS);
  }

  private async mark(): Promise<void> {
    const call = { connectionId: CONNECTION, connectionVersion: 1, provider: 'caller' };
    await this.delivery.markSending(
      this.claimed.map(({ id, fence }) => ({ id, fence, ...call })),
      LEASE_MS,
    );
    await this.delivery.paused(this.claimed);
  }

  /** The second time all that it says comes too late. */
  private settle(): Promise<unknown> {
    return this.delivery.settle(
      this.claimed.map(({ id, fence }, index) => sentSettlement(id, fence, RESULTS[index % RESULTS.length]?.(index))),
    );
  }

  /** Others, which nobody has touched: claimed, and sometimes marked. */
  private async hold(marked: boolean): Promise<ClaimedMessage[]> {
    const messages = this.newMessages(true);
    await new MessageIntakeRepository(this.beside).insert(messages);
    const delivery = new DeliveryRepository(this.beside);
    const ids = messages.map(({ id }) => id);
    const claimed = await delivery.claim('email', ids, LEASE_MS);
    const call = { connectionId: CONNECTION, connectionVersion: 1, provider: 'caller' };
    const starts = claimed.filter((_, index) => marked || index % 2 === 0).map((one) => ({ ...one, ...call }));
    await delivery.markSending(starts, LEASE_MS);
    return claimed;
  }

  private async release(): Promise<void> {
    await this.delivery.release(await this.hold(false));
  }

  private async loseLeases(): Promise<void> {
    const ids = (await this.hold(false)).map(({ id }) => id);
    await this.beside.query(`UPDATE message SET lease_until = now() WHERE id = ANY($1)`, [ids]);
    await this.beside.query(`UPDATE message_lease SET run_at = now() WHERE message_ids && $1`, [ids]);
    await new LostLeaseRepository(this.db).rescue(10, 5, [{ provider: 'other', forMs: 1 }]);
  }

  private async applyDeliveryEvents(): Promise<void> {
    const held = await this.hold(true);
    await new DeliveryRepository(this.beside).settle(held.map(({ id, fence }) => sentSettlement(id, fence)));
    const kinds = ['delivered', 'bounced', 'failed', 'complained'] as const;
    const events = held.flatMap(({ id }, index) => {
      const kind = kinds[index % kinds.length] ?? 'delivered';
      const suppress = kind === 'bounced' || kind === 'complained' ? 'invalid' : null;
      const named = index % 2 ? { messageId: id } : { providerMessageId: `v-${id}` };
      return [told('sent', named), told(kind, { ...named, suppress, pausesSender: kind === 'failed' })];
    });
    await this.tell(events);
    await new DeliveryEventRepository(this.db).apply(2 * this.size);
  }

  /** Nothing else is due then. */
  private async tell(events: ReturnType<typeof told>[]): Promise<void> {
    await this.beside.query('UPDATE delivery_event SET run_at = NULL');
    await new CallbackRepository(this.db).note({ ...SOURCE, tenantId: this.tenant.tenantId }, events);
  }

  private async applyStrangeEvents(): Promise<void> {
    await this.tell(this.messages.map(() => told('delivered', { providerMessageId: newId() })));
    await new DeliveryEventRepository(this.db).apply(this.size);
  }

  private async applyOptOuts(): Promise<void> {
    const { tenantId } = this.tenant;
    const people = this.messages.map((_, index) => ({ recipient: `+33${this.size}${index}`, vendorId: `w${index}` }));
    await new RecipientNameRepository(this.db).learn(
      people.map((person) => ({ tenantId, channel: 'whatsapp' as const, ...person })),
    );
    const said = { channel: 'sms', suppress: 'unsubscribe' } as const;
    const stops = people.map(({ recipient }) => told('unsubscribed', { ...said, address: recipient }));
    const starts = people.map(({ recipient }) => told('resubscribed', { channel: 'sms', address: recipient }));
    await this.tell([...stops, ...starts]);
    await new DeliveryEventRepository(this.db).apply(2 * this.size);
    const callbacks = new CallbackRepository(this.db);
    await callbacks.receive(
      { ...SOURCE, tenantId },
      people.map(({ vendorId }) => told('unsubscribed', { ...said, channel: 'whatsapp', vendorId })),
    );
  }

  private async hear(): Promise<void> {
    const outbox = new OutboxRepository(this.db);
    for (const name of SUBSCRIBERS.names) {
      const subscriber = SUBSCRIBERS.get(name);
      // Each hears of as many, whatever was said before.
      await this.beside.query(
        `INSERT INTO outbox (subscriber, tenant_id, message_id, type, at, attempt, reason)
         SELECT $1, $2, unnest($3::uuid[]), $4, now(), 1, 'test'`,
        [name, this.tenant.tenantId, this.ids, subscriber.events?.[0] ?? 'failed'],
      );
      await outbox.hasDue(name);
      while ((await outbox.handOver(subscriber, this.size)).taken > 0);
    }
  }

  private async goByFallbacks(): Promise<void> {
    const fallbacks = new FallbackRepository(this.db);
    await this.beside.query(`UPDATE message_fallback SET run_at = now() WHERE message_id = ANY($1)`, [this.ids]);
    const looked = await fallbacks.look(this.size, ['sms'], LEASE_MS);
    await this.beside.query(`UPDATE message_fallback SET state = 'going' WHERE message_id = ANY($1)`, [this.ids]);
    await fallbacks.record(
      looked.map((fallback, index) => ({ fallback, newId: index % 3 ? newId() : null, errors: null })),
    );
  }

  private async resend(): Promise<void> {
    await this.beside.query('DELETE FROM message_resend');
    const ids = (await this.hold(true)).map(({ id }) => id);
    await this.beside.query(`UPDATE message SET status = 'unknown' WHERE id = ANY($1)`, [ids]);
    await this.beside.query(
      `INSERT INTO message_resend (message_id, tenant_id, run_at) SELECT unnest($1::uuid[]), $2, now()`,
      [ids, this.tenant.tenantId],
    );
    await new ResendRepository(this.db).run(this.size, POLICY);
  }

  private async book(): Promise<void> {
    const levels = this.messages.map((_, index) => ({ key: `level ${index}`, sliceMs: 1_000, limit: 5 }));
    const rates = new RateSlotRepository(this.db);
    for (let times = 0; times < 2; times++)
      await rates.withLocked(levels, async ({ read, write, states }) => {
        await read(levels.map(({ key }) => ({ key, first: 0, last: 5 })));
        await write(
          levels.map(({ key }) => ({ key, slice: 1, count: 1 })),
          [...states.values()].map((state) => ({ ...state, lastSlice: state.lastSlice + 1 })),
        );
      });
    await rates.prune(0);
  }

  /** What is being sent is waited for, for a moment. */
  private async suppress(): Promise<void> {
    await this.hold(false);
    await this.beside.query(
      `UPDATE message SET lease_until = now() + interval '0.2 s' WHERE tenant_id = $1 AND status = 'sending'`,
      [this.tenant.tenantId],
    );
    const addresses = this.messages.map(({ recipient }) => ({ channel: 'email' as const, address: recipient }));
    const suppressions = repositoryOn(this.db, SuppressionRepository);
    await suppressions.addMany(
      this.tenant.tenantId,
      addresses.map((address) => ({ ...address, reason: 'unsubscribe' as const, scope: 'all' as const, evidence: {} })),
      new Date(),
    );
  }
}
