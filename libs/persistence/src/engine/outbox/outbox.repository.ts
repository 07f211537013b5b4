import { Injectable } from '@nestjs/common';
import { asError } from '@outbell/shared/errors.js';
import { DataSource, type EntityManager } from 'typeorm';
import { type Unwritten, writeShared } from '../../shared-write.js';
import { arrayOf, quoted } from '../../statements.js';
import { InjectEngine } from '../engine-data-source.js';
import { CLOSE, FIGURES, HAS_DUE, TAKE } from './outbox-statements.js';
import type { OutboxEvent, Subscriber } from './subscriber.js';

/** Describes what came of a batch. */
export interface HandedOver {
  /** Events that left the outbox or were put off, those that the subscriber does not hear among them. */
  taken: number;
  /** Those at which the subscriber failed when it had them alone. */
  failed: Unwritten<OutboxEvent>[];
  /** How many of these were set aside: they are not tried again. */
  setAside: number;
}

/** Describes what waits for a subscriber; counts end at COUNT_LIMIT. */
export interface SubscriberFigures {
  subscriber: string;
  backlog: number;
  /** How long the oldest of these has waited, in seconds. */
  lagSeconds: number;
  setAside: number;
}

/** Counting stops here: a figure on a dashboard must not cost more the worse things are. */
const COUNT_LIMIT = 100_000;

const LONGEST_REASON = 500;

/** Events on their way to subscribers. */
@Injectable()
export class OutboxRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /** Tells whether anything waits for a subscriber, for less than `handOver` costs when nothing does. */
  async hasDue(subscriber: string): Promise<boolean> {
    const [row] = await HAS_DUE.run(this.dataSource, [subscriber]);
    return row?.due ?? false;
  }

  /**
   * Hands a batch of at most `limit` events to a subscriber, and forgets them in the transaction of what it makes of
   * them. Nothing while another process is at it. An event that makes it fail is put off, and set aside after too many
   * times; it keeps none of the others from being heard.
   *
   * @throws when the database is away or had something else to do: nothing has happened then
   */
  handOver(subscriber: Subscriber, limit: number): Promise<HandedOver> {
    return this.dataSource.transaction(async (tx) => {
      const events = await TAKE.run(tx, [subscriber.name, limit]);
      const failed = await handle(subscriber, events, tx);
      const setAside = events.length > 0 ? await close(events, failed, tx) : 0;
      return { taken: events.length, failed, setAside };
    });
  }

  figures(subscribers: string[]): Promise<SubscriberFigures[]> {
    return this.dataSource.query<SubscriberFigures[]>(FIGURES, [subscribers, COUNT_LIMIT]);
  }
}

/** Each try is undone by itself should it fail. */
async function handle(
  subscriber: Subscriber,
  events: OutboxEvent[],
  tx: EntityManager,
): Promise<Unwritten<OutboxEvent>[]> {
  const wanted = events.filter(({ type }) => subscriber.events?.includes(type) ?? true);
  if (wanted.length === 0) return [];
  return writeShared(wanted, (some) => tx.transaction((attempt) => subscriber.handle(some, attempt)));
}

/** @returns how many were set aside */
async function close(events: OutboxEvent[], failed: Unwritten<OutboxEvent>[], tx: EntityManager): Promise<number> {
  const missed = new Set(failed.map(({ item }) => item.id));
  const rows = await CLOSE.run(tx, [
    arrayOf(events.flatMap(({ id }) => (missed.has(id) ? [] : [id]))),
    arrayOf(failed.map(({ item }) => item.id)),
    arrayOf(failed.map(({ error }) => quoted(reasonOf(error)))),
  ]);
  return rows.length;
}

/** As PostgreSQL can store it, whatever it says. */
function reasonOf(error: unknown): string {
  return asError(error).message.replaceAll('\0', '').slice(0, LONGEST_REASON);
}
