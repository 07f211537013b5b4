import { CallbackRepository, type NewDeliveryEvent } from '@outbell/persistence/engine/callback.repository.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import { DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { DeliveryEventRepository } from '@outbell/persistence/engine/delivery-event.repository.js';
import { MessageControlRepository } from '@outbell/persistence/engine/message-control.repository.js';
import { LostLeaseRepository } from '@outbell/persistence/engine/lost-lease.repository.js';
import { LOST_LEASE_LIMIT } from '@outbell/planning/lost-lease-limit.js';
import type { MessageEvent, MessageState } from './message-state.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import { newId } from '@outbell/shared/uuid.js';
import type { DataSource } from 'typeorm';
import { settlement } from '../../apps/worker/src/delivery/settlement.js';
import type { Marked } from '../../apps/worker/src/delivery/delivery.js';
import type { TenantFactory } from './factories.js';
import type { Entry } from './message-world.js';

/** What is to happen to one message now. */
interface Due<E extends MessageEvent = MessageEvent> {
  id: string;
  event: E;
}

/** Row and machine say two things of a message. */
export interface Disagreement {
  id: string;
  differences: string[];
}

type EventOf<T extends MessageEvent['type']> = Extract<MessageEvent, { type: T }>;

const LEASE_MS = 3_600_000;
const RUNNING = `lease_until = now() + interval '1 h'`;
const OVER = `lease_until = now() - interval '1 min'`;

/**
 * Lets what happened to messages of the machine happen to rows, by the statements that do it in production, many
 * messages in one statement.
 */
export class MessageReplay {
  private readonly delivery: DeliveryRepository;
  private readonly messages: MessageControlRepository;
  private readonly maintenance: LostLeaseRepository;
  private readonly callbacks: CallbackRepository;
  private readonly evidence: DeliveryEventRepository;
  /** By id and number: each attempt goes by a connection of its own, so that a callback can name it. */
  private readonly connections = new Map<string, string>();
  /** By id and fence: what a worker holds on to, also when it has long lost it. */
  private readonly claimed = new Map<string, ClaimedMessage>();
  /** Whose lease is over, and whom maintenance has not looked at since. */
  private readonly overdue = new Set<string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly tenant: TenantFactory,
    private readonly policy: RetryPolicy,
  ) {
    this.delivery = new DeliveryRepository(dataSource);
    this.messages = new MessageControlRepository(dataSource);
    this.maintenance = new LostLeaseRepository(dataSource);
    this.callbacks = new CallbackRepository(dataSource);
    this.evidence = new DeliveryEventRepository(dataSource);
  }

  /**
   * One entry of each message's history, all at once.
   *
   * @returns those of which the row does not say what the machine says
   */
  async carryOut(moment: { id: string; entry: Entry }[]): Promise<Disagreement[]> {
    // Time is not a statement's: it comes only where the machine has a use for it.
    const due = moment
      .filter(({ entry }) => entry.after !== entry.before || !['due', 'lease over'].includes(entry.event.type))
      .map(({ id, entry }) => ({ id, event: entry.event }));
    const counted = await this.happen(due);
    for (const { id, entry } of moment) {
      if (entry.after.lease === 'over') this.overdue.add(id);
      else this.overdue.delete(id);
    }
    const rows = await this.rows(moment.map(({ id }) => id));
    return moment
      .map(({ id, entry }) => ({ id, differences: differences(entry, rows.get(id), counted.get(id)) }))
      .filter(({ differences }) => differences.length > 0);
  }

  /**
   * Two things at the same moment, to messages in the same state. `one` and `other` are the histories in which the one
   * or the other comes first.
   *
   * @returns what of a row agrees with neither
   */
  async race(ids: string[], one: [Entry, Entry], other: [Entry, Entry]): Promise<string[]> {
    const toAll = ([{ event }]: [Entry, Entry]) => ids.map((id) => ({ id, event }));
    await Promise.all([this.happen(toAll(one)), this.happen(toAll(other).reverse())]);
    const rows = await this.rows(ids);
    const found = ids.flatMap((id) => {
      const [first, second] = [one, other].map(([, last]) => differences(last, rows.get(id), undefined));
      return first?.length && second?.length ? [...first, ...second] : [];
    });
    return [...new Set(found)];
  }

  /** @returns whether it counted, for those whose statement tells */
  private async happen(due: Due[]): Promise<Map<string, boolean>> {
    const ids = (...types: MessageEvent['type'][]) =>
      due.filter(({ event }) => types.includes(event.type)).map(({ id }) => id);
    await this.set(ids('due'), `due_at = now() - interval '1 min'`);
    // In this order: whose lease ends now is not what maintenance finds.
    await this.rescue(due.filter(isOf('rescue')));
    await this.set(ids('lease over'), OVER);
    await this.delivery.release(due.filter(isOf('release')).map(({ id, event }) => ({ id, fence: event.fence })));
    const counted = new Set([
      ...(await this.claim(ids('claim'))),
      ...(await this.mark(due.filter(isOf('mark')))),
      ...(await this.settle(due.filter(isOf('settle')))),
      ...(await this.choose(due.filter(isOf('cancel', 'retry')))),
    ]);
    await this.receive(due.filter(isOf('receipt')));
    return new Map(ids('claim', 'mark', 'settle', 'cancel', 'retry').map((id) => [id, counted.has(id)]));
  }

  /** Maintenance looks at all messages: those whom it is to overlook are meanwhile under a lease. */
  private async rescue(due: Due<EventOf<'rescue'>>[]): Promise<void> {
    if (due.length === 0) return;
    const looked = new Set(due.map(({ id }) => id));
    const overlooked = [...this.overdue].filter((id) => !looked.has(id));
    const uncounted = due.filter(({ id, event }) => !event.counted && this.overdue.has(id)).map(({ id }) => id);
    await this.set(overlooked, RUNNING);
    await this.set(uncounted, `updated_at = pg_postmaster_start_time() - interval '1 s'`);
    await this.dataSource.query('UPDATE message_lease SET run_at = now()');
    await this.set(
      due.filter(({ event }) => event.repeatable).map(({ id }) => id),
      `provider = 'keyed'`,
    );
    await this.maintenance.rescue(10_000, LOST_LEASE_LIMIT, [{ provider: 'keyed', forMs: LEASE_MS }]);
    await this.set(overlooked, OVER);
  }

  private async set(ids: string[], assignment: string): Promise<void> {
    if (ids.length > 0) await this.dataSource.query(`UPDATE message SET ${assignment} WHERE id = ANY($1)`, [ids]);
  }

  private async claim(ids: string[]): Promise<string[]> {
    const claimed = await this.delivery.claim('email', ids, LEASE_MS);
    for (const message of claimed) this.claimed.set(`${message.id} ${message.fence}`, message);
    return claimed.map(({ id }) => id);
  }

  private async mark(due: Due<EventOf<'mark'>>[]): Promise<Iterable<string>> {
    const starts = due.map(({ id, event: { fence } }) => ({
      id,
      fence,
      connectionId: connectionOf(fence),
      connectionVersion: null,
      provider: 'smtp',
    }));
    const marked = await this.delivery.markSending(starts, LEASE_MS);
    for (const { id, connectionId } of starts) this.connections.set(`${id} ${marked.get(id)}`, connectionId);
    return marked.keys();
  }

  /** A vendor calls back, and what it says is applied. */
  private async receive(due: Due<EventOf<'receipt'>>[]): Promise<void> {
    if (due.length === 0) return;
    const { tenantId } = this.tenant;
    for (const { id, event } of due) {
      const connectionId = this.connections.get(`${id} ${event.attempt}`) ?? null;
      await this.callbacks.note({ provider: 'smtp', connectionId, tenantId }, [toldOf(id, event)]);
    }
    await this.evidence.apply(due.length, 1);
  }

  private async settle(due: Due<EventOf<'settle'>>[]): Promise<Set<string>> {
    const settlements = due.map(({ id, event: { fence, attempt, outcome, elsewhere, repeatable } }) => {
      const message = this.claimed.get(`${id} ${fence}`) as ClaimedMessage;
      const connection = { repeatForMs: () => (repeatable ? Infinity : null) };
      const called = { message, attempt, markedAt: performance.now(), connection, elsewhere } as unknown as Marked;
      const delivery = attempt === null ? { message } : called;
      return settlement(delivery, outcome, this.policy);
    });
    return this.delivery.settle(settlements);
  }

  /** What the tenant wants. */
  private async choose(due: Due<EventOf<'cancel' | 'retry'>>[]): Promise<string[]> {
    const { tenantId } = this.tenant;
    const chosen = await Promise.all(
      due.map(async ({ id, event }) => {
        const done =
          event.type === 'cancel'
            ? await this.messages.cancel(tenantId, id)
            : await this.messages.requeue(tenantId, id, event.attempts);
        return done ? [id] : [];
      }),
    );
    return chosen.flat();
  }

  private async rows(ids: string[]): Promise<Map<string, Row>> {
    const rows = await this.dataSource.query<Row[]>(
      `SELECT m.id, m.status, m.fence, m.attempts, m.attempt_limit AS "attemptLimit", m.lost_leases AS "lostLeases",
        m.failovers,
         m.maybe_sent_at IS NOT NULL AS "maybeSent", m.reason, m.due_at <= now() AS due,
         CASE WHEN m.lease_until <= now() THEN 'over' WHEN m.lease_until > now() THEN 'running' END AS lease,
         (SELECT count(*)::int FROM message_attempt a WHERE a.message_id = m.id AND a.ended_at IS NOT NULL) AS ended,
         EXISTS (SELECT FROM message_schedule w WHERE w.message_id = m.id) AS waking
       FROM message m WHERE m.id = ANY($1)`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}

/**
 * The message's row, how many of its attempts are written down as ended, and whether dispatch will look at it again.
 */
type Row = MessageState & { id: string; ended: number; waking: boolean };

/** Each claim has a fence of its own, and so has each attempt. */
function connectionOf(fence: number): string {
  return `00000000-0000-7000-8000-${String(fence).padStart(12, '0')}`;
}

function toldOf(messageId: string, { receipt, reason }: EventOf<'receipt'>): NewDeliveryEvent {
  return {
    eventId: newId(),
    factId: null,
    kind: receipt,
    receipt,
    channel: 'email',
    at: null,
    messageId,
    providerMessageId: null,
    address: null,
    spellings: [],
    vendorId: null,
    writtenTo: [],
    reason,
    suppress: null,
    pausesSender: false,
    detail: null,
  };
}

function isOf<T extends MessageEvent['type']>(...types: T[]) {
  return (due: Due): due is Due<EventOf<T>> => (types as MessageEvent['type'][]).includes(due.event.type);
}

function differences({ before, after }: Entry, row: Row | undefined, counted: boolean | undefined): string[] {
  if (!row) return ['there is no row'];
  const compared = [
    ...([
      'status',
      'fence',
      'attempts',
      'attemptLimit',
      'lostLeases',
      'failovers',
      'maybeSent',
      'reason',
      'lease',
    ] as const),
  ];
  const pairs: [string, unknown, unknown][] = compared.map((name) => [name, after[name], row[name]]);
  // Of no meaning to what is not queued.
  if (after.status === 'queued') pairs.push(['due', after.due, row.due]);
  pairs.push(['attempts ended', after.attempts - (after.status === 'sending' ? 1 : 0), row.ended]);
  pairs.push(['whether it will be looked at', ['queued', 'processing', 'sending'].includes(after.status), row.waking]);
  if (counted !== undefined) pairs.push(['whether it counted', after !== before, counted]);
  return pairs
    .filter(([, expected, actual]) => expected !== actual)
    .map(([name, expected, actual]) => `${name}: ${String(expected)} by the machine, ${String(actual)} by the row`);
}
