import { Injectable } from '@nestjs/common';
import { idFloor } from '@outbell/shared/uuid.js';
import { DataSource, type EntityManager } from 'typeorm';
import { PARTITION_STORAGE, PARTITIONED, type Partitioned } from '../partition-storage.js';
import { databaseTime } from './database-time.js';
import { InjectEngine } from './engine-data-source.js';

/** Describes what retention did with the months it reaches. */
export interface Retention {
  /** names of the tables that were detached */
  detached: string[];
  /** months (`2026_11`) that stay attached, because messages in them are still to be sent */
  kept: string[];
}

@Injectable()
export class PartitionRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Makes the partitions of this month, the `ahead` months after it and the one before it (ids are made by clocks
   * that may be slow), where they are missing. Disturbs nobody who reads or writes. Safe to call at once from many.
   *
   * @param now default: the database's time, whatever this process's clock says; given by tests
   * @throws AggregateError when some could not be made; the others are, and the next call makes up for the rest
   */
  async ensure(ahead = 3, now?: Date): Promise<void> {
    const failures: unknown[] = [];
    for (const month of await this.lacking(months(now ?? (await databaseTime(this.dataSource)), -1, ahead))) {
      for (const table of PARTITIONED) await this.make(table, month).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, `partitions could not be made: ${String(failures[0])}`);
  }

  /** Months (first day, UTC) among this one and the `ahead` following that lack a partition. */
  async missing(ahead = 3, now?: Date): Promise<Date[]> {
    return this.lacking(months(now ?? (await databaseTime(this.dataSource)), 0, ahead));
  }

  /**
   * Detaches every partition whose month ended more than `count` months ago, unless messages in it are still to be
   * sent: a message may be scheduled for a time beyond retention. The tables stay, with their data, for the operator to
   * archive or drop; Outbell no longer reads them. Does nothing while another process is at it.
   */
  async detachOlderThan(count: number, now?: Date): Promise<Retention> {
    const runner = this.dataSource.createQueryRunner();
    const session = runner.manager;
    try {
      // A session's lock, for a partition cannot be detached concurrently within a transaction; it ends with its
      // connection.
      const [lock] = await session.query<[{ held: boolean }]>(
        `SELECT pg_try_advisory_lock(hashtext('outbell.retention')) AS held`,
      );
      if (!lock.held) return { detached: [], kept: [] };
      try {
        return await detachBefore(session, monthName(monthOf(now ?? (await databaseTime(session)), -count)));
      } finally {
        await session.query(`SELECT pg_advisory_unlock(hashtext('outbell.retention'))`);
      }
    } finally {
      await runner.release();
    }
  }

  private async lacking(wanted: Date[]): Promise<Date[]> {
    const attached = await Promise.all(PARTITIONED.map((table) => attachedMonths(this.dataSource, table)));
    return wanted.filter((month) => !attached.every((present) => present.includes(monthName(month))));
  }

  /**
   * Makes the table first and attaches it then: that asks of the parent no lock that a reader or writer is in the way
   * of, whereas CREATE … PARTITION OF locks them all out. One table a transaction: locks on two parents could deadlock
   * with who takes them in another order.
   */
  private make(table: Partitioned, month: Date): Promise<void> {
    return this.dataSource.transaction(async (tx) => {
      // Two processes that start together would both find the partition missing.
      await tx.query(`SELECT pg_advisory_xact_lock(hashtext('outbell.partitions'))`);
      // In the way are only those who detach, or who vacuum or index the parent: not worth waiting for.
      await tx.query(`SET LOCAL lock_timeout = '2s'`);
      if ((await attachedMonths(tx, table)).includes(monthName(month))) return;
      const name = `${table}_${monthName(month)}`;
      await tx.query(
        `CREATE TABLE IF NOT EXISTS ${name} (LIKE ${table} INCLUDING ALL) WITH (${PARTITION_STORAGE[table]})`,
      );
      await tx.query(`ALTER TABLE ${table} ATTACH PARTITION ${name}
        FOR VALUES FROM ('${idFloor(month)}') TO ('${idFloor(monthOf(month, 1))}')`);
    });
  }
}

async function detachBefore(session: EntityManager, oldest: string): Promise<Retention> {
  const detached = await finishDetaching(session);
  const past = (await attachedMonths(session, 'message')).filter((month) => month < oldest);
  const kept: string[] = [];
  for (const month of past) if (await isAwaited(session, month)) kept.push(month);
  for (const table of PARTITIONED) {
    const leaving = (await attachedMonths(session, table)).filter((month) => month < oldest && !kept.includes(month));
    for (const month of leaving) {
      await session.query(`ALTER TABLE ${table} DETACH PARTITION ${table}_${month} CONCURRENTLY`);
      detached.push(`${table}_${month}`);
    }
  }
  return { detached, kept };
}

/**
 * A process that died while detaching leaves a partition half detached, and PostgreSQL detaches no other before that
 * one is done.
 */
async function finishDetaching(session: EntityManager): Promise<string[]> {
  const pending = await session.query<{ parent: string; name: string }[]>(
    `SELECT i.inhparent::regclass::text AS parent, i.inhrelid::regclass::text AS name FROM pg_inherits i
     WHERE i.inhparent = ANY($1::regclass[]) AND i.inhdetachpending`,
    [PARTITIONED],
  );
  for (const { parent, name } of pending)
    await session.query(`ALTER TABLE ${parent} DETACH PARTITION ${name} FINALIZE`);
  return pending.map(({ name }) => name);
}

/** Tells whether messages of this month are still to be sent, or are being sent. */
async function isAwaited(session: EntityManager, month: string): Promise<boolean> {
  const first = new Date(`${month.replace('_', '-')}-01T00:00:00Z`);
  const [row] = await session.query<[{ awaited: boolean }]>(
    `SELECT EXISTS (SELECT FROM message_schedule WHERE message_id >= $1 AND message_id < $2) AS awaited`,
    [idFloor(first), idFloor(monthOf(first, 1))],
  );
  return row.awaited;
}

/** Months (`2026_11`) of which `table` has a partition, oldest first. */
async function attachedMonths(db: DataSource | EntityManager, table: string): Promise<string[]> {
  const rows = await db.query<{ name: string }[]>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass ORDER BY 1`,
    [table],
  );
  return rows.map(({ name }) => name.slice(table.length + 1));
}

/** `2026_11`: names sort as their months do. */
function monthName(month: Date): string {
  return month.toISOString().slice(0, 7).replace('-', '_');
}

/** Nearest first: should making them stop half-way, the ones needed soonest are there. */
function months(now: Date, from: number, to: number): Date[] {
  const offsets = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return offsets.sort((a, b) => Math.abs(a) - Math.abs(b) || b - a).map((offset) => monthOf(now, offset));
}

function monthOf(time: Date, offset: number): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + offset, 1));
}
