import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { changedCount, columnsOf } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { expectMany } from './fragments.js';

/** One limited thing and how its time is sliced. */
export interface RateLevel {
  key: string;
  sliceMs: number;
  limit: number;
}

export interface RateLevelState {
  key: string;
  /**
   * Stretches of slices without room, from the first up to, not including, the second: what lets a booking pass over a
   * backlog without reading it. One cursor from now on would not do: a domain is booked full from where its senders
   * have room, and free before.
   */
  fullSpans: [from: number, to: number][];
  /** No slice after this one has a count. */
  lastSlice: number;
}

export interface RateSlotCount {
  key: string;
  slice: number;
  count: number;
}

/** Slices `first` to `last` of a level, both included. */
export interface RateSlotRange {
  key: string;
  first: number;
  last: number;
}

/** Levels that are locked, and with them all their slices, until the work ends. */
export interface LockedRates {
  /** The database's time once all locks were held, in ms since 1970. */
  nowMs: number;
  states: Map<string, RateLevelState>;
  /** The slices in these ranges that have a count. */
  read(ranges: RateSlotRange[]): Promise<RateSlotCount[]>;
  /** Adds counts to slices and stores the states of their levels. */
  write(counts: RateSlotCount[], states: RateLevelState[]): Promise<void>;
}

/** Keeps what is booked on rate limits. What the numbers mean is the rate limiter's affair. */
@Injectable()
export class RateSlotRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Locks levels and works on them in one transaction.
   *
   * Its commit does not wait for the disk: a booking counts only if its message is deferred or sent, and both are
   * committed later, in the same log, by transactions that do wait. A worker that is stopped amid its work loses its
   * locks after two seconds.
   */
  async withLocked<T>(levels: RateLevel[], work: (rates: LockedRates) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (db) => {
      await db.query(
        `SELECT set_config('synchronous_commit', 'off', true), set_config('idle_in_transaction_session_timeout', '2s',
          true)`,
      );
      const { nowMs, states } = await this.lock(db, levels);
      return work({
        nowMs,
        states,
        read: (ranges) => this.read(db, ranges),
        write: (counts, states) => this.write(db, counts, states),
      });
    });
  }

  /**
   * Removes slices that lie more than `slices` of their level's slices before `nowMs` (default: the database's time),
   * and levels that have no others. Bookers neither read nor write such slices.
   */
  async prune(slices: number, nowMs?: number): Promise<number> {
    // Levels that are being booked at this moment are not idle, and waiting for them could make a circle.
    return changedCount(
      this.dataSource,
      `WITH idle AS (
         SELECT key FROM rate_level l WHERE l.last_slice < ${CURRENT_SLICE} - $1::bigint FOR UPDATE SKIP LOCKED
       ), gone AS (
         DELETE FROM rate_level WHERE key = ANY(ARRAY(SELECT key FROM idle))
       )
       DELETE FROM rate_slot s USING ${expectMany('rate_level')} AS l
       WHERE s.key = l.key AND s.slice < ${CURRENT_SLICE} - $1::bigint`,
      [slices, nowMs ?? null],
    );
  }

  /**
   * Always in the order of the keys, so that two bookers never wait for each other in a circle. An insert that updates
   * on conflict also stands a level that is pruned meanwhile. A raised limit makes room in what was full.
   */
  private async lock(db: EntityManager, levels: RateLevel[]): Promise<Pick<LockedRates, 'nowMs' | 'states'>> {
    const sorted = levels.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const rows = await db.query<{ key: string; fullSpans: string; lastSlice: string; nowMs: number }[]>(
      `INSERT INTO rate_level AS l (key, slice_ms, slot_limit, full_spans, last_slice)
       SELECT key, slice_ms, slot_limit, '[]', -1
       FROM unnest($1::text[], $2::int[], $3::int[]) WITH ORDINALITY AS wanted (key, slice_ms, slot_limit, place)
       ORDER BY place
       ON CONFLICT (key) DO UPDATE SET
         slot_limit = excluded.slot_limit,
         full_spans = CASE WHEN excluded.slot_limit > l.slot_limit THEN '[]' ELSE l.full_spans END
       RETURNING key, full_spans AS "fullSpans", last_slice AS "lastSlice",
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"`,
      columnsOf(sorted, 'key', 'sliceMs', 'limit'),
    );
    const states = rows.map((row) => ({
      key: row.key,
      fullSpans: JSON.parse(row.fullSpans) as RateLevelState['fullSpans'],
      lastSlice: Number(row.lastSlice),
    }));
    return {
      nowMs: Math.floor(Math.max(...rows.map((row) => row.nowMs))),
      states: new Map(states.map((state) => [state.key, state])),
    };
  }

  /** Range by range: as a plain join, the planner scans the whole table as long as it has no statistics of it. */
  private async read(db: EntityManager, ranges: RateSlotRange[]): Promise<RateSlotCount[]> {
    const rows = await db.query<{ key: string; slice: string; count: number }[]>(
      `SELECT s.key, s.slice, s.count
       FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS wanted (key, first, last)
       CROSS JOIN LATERAL (
         SELECT key, slice, count FROM rate_slot WHERE key = wanted.key AND slice BETWEEN wanted.first
           AND wanted.last OFFSET 0
       ) AS s`,
      columnsOf(ranges, 'key', 'first', 'last'),
    );
    return rows.map((row) => ({ ...row, slice: Number(row.slice) }));
  }

  private async write(db: EntityManager, counts: RateSlotCount[], states: RateLevelState[]): Promise<void> {
    await db.query(
      `WITH slots AS (
         INSERT INTO rate_slot AS s (key, slice, count)
         SELECT * FROM unnest($1::text[], $2::bigint[], $3::int[])
         ON CONFLICT (key, slice) DO UPDATE SET count = s.count + excluded.count
       )
       UPDATE rate_level l SET full_spans = new.full_spans, last_slice = new.last_slice
       FROM unnest($4::text[], $5::text[], $6::bigint[]) AS new (key, full_spans, last_slice)
       WHERE l.key = new.key AND (l.full_spans, l.last_slice) IS DISTINCT FROM (new.full_spans, new.last_slice)`,
      [
        ...columnsOf(counts, 'key', 'slice', 'count'),
        states.map((s) => s.key),
        states.map((s) => JSON.stringify(s.fullSpans)),
        states.map((s) => s.lastSlice),
      ],
    );
  }
}

const CURRENT_SLICE = `floor(coalesce($2::float8, extract(epoch FROM now())::float8 * 1000) / l.slice_ms)::bigint`;
