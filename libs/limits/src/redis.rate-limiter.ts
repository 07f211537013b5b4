import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import pLimit from 'p-limit';
import { COMMIT_SLOTS } from './commit-slots.lua.js';
import { type Level, RateLimiter, type Slot, type SlotRequest } from './rate-limiter.js';
import type { RateSlotCount, RateSlotRange } from '@outbell/persistence/engine/rate-slot.repository.js';
import { allAtOnce, SlotAllocator, type WantedLevel, wantedLevels } from './slot-allocator.js';
import { RUN, slicingOf } from './slicing.js';
import { EMPTY_LEVEL, type LevelState, type WindowCounter } from './window-counter.js';

/** In one Redis Cluster all keys lie on one node, for a booking needs them together. */
const PREFIX = '{outbell:rate}:';
const RECONNECT_MS = 2_000;
const ANSWER_MS = 5_000;

/** What was allocated longer ago than this is allocated anew, in ms: its first slots may have passed. */
const COMMIT_WITHIN_MS = 2_000;

/** Held by a process that was overtaken while it tries again; for so long at the most, in ms. */
const TURN = `${PREFIX}turn`;
const TURN_MS = 1_000;
const MOST_PAUSE_MS = 4;

interface CommitSlots {
  commitSlots(keyCount: number, ...keysAndInput: string[]): Promise<string[]>;
}

/** Describes what is to be stored of a level. Without counts: all that is wanted, now. */
interface LevelChange {
  sliceMs: number;
  limit: number;
  wanted: number;
  version?: string;
  last?: number;
  full?: string;
  counts?: [slice: number, count: number][];
}

interface StoredLevel extends LevelState {
  version: string;
}

/** Describes what Redis said to a booking. */
interface Commit {
  nowMs: number;
  /** By key, as they are now. Absent when the booking is stored. */
  levels?: Map<string, StoredLevel>;
}

/**
 * Books slots in Redis, by Redis' own clock. A batch that has room on all levels is one call. Otherwise its slots are
 * allocated here, from what is read, and stored if nobody changed those levels meanwhile; whoever was overtaken tries
 * again.
 *
 * FLUSHALL, or a Redis that starts empty, forgets what was booked: limits then begin anew, and for one window up to
 * twice a limit may go. Nothing else is lost; a deferred message still goes at its time, which is in its row.
 */
export class RedisRateLimiter extends RateLimiter {
  slicesRead = 0;
  private readonly redis: Redis & CommitSlots;
  /** Bookings of this process do not overtake each other. */
  private readonly oneByOne = pLimit(1);

  /** @param now drives the time in place of Redis' clock (tests) */
  constructor(
    url: string,
    private readonly now?: () => Date,
  ) {
    super();
    // A booking that is repeated after a lost answer only wastes slots; one that hangs would hold its whole batch.
    this.redis = new Redis(url, {
      maxRetriesPerRequest: 1,
      commandTimeout: ANSWER_MS,
      retryStrategy: (attempt) => Math.min(attempt * 100, RECONNECT_MS),
      scripts: { commitSlots: { lua: COMMIT_SLOTS } },
    }) as Redis & CommitSlots;
    const logger = new Logger(RedisRateLimiter.name);
    this.redis.on('error', (error) => logger.warn(`Redis of the rate limits: ${error.message}`));
  }

  override async book(requests: SlotRequest[]): Promise<Slot[]> {
    const wanted = wantedLevels(requests);
    if (wanted.length === 0) return allAtOnce(requests, this.now?.().getTime() ?? Date.now());
    const { nowMs, levels } = await this.bookTogether(wanted);
    return levels ? this.oneByOne(() => this.bookEach(requests, wanted)) : allAtOnce(requests, nowMs);
  }

  /** Every key expires by itself, and its past slices go with the next booking. */
  override async prune(): Promise<void> {}

  override async close(): Promise<void> {
    await this.redis.quit().catch(() => this.redis.disconnect());
  }

  private bookTogether(wanted: WantedLevel[]): Promise<Commit> {
    return this.commit(
      wanted,
      wanted.map(({ level, count }) => ({ ...sliced(level), wanted: count })),
    );
  }

  /** @throws when others overtake it for as long as Redis may take to answer */
  private async bookEach(requests: SlotRequest[], wanted: WantedLevel[]): Promise<Slot[]> {
    const began = performance.now();
    for (let first = true; performance.now() - began < ANSWER_MS; first = false) {
      const slots = first ? await this.tryEach(requests, wanted) : await this.tryInTurn(requests, wanted);
      if (slots) return slots;
    }
    throw new Error('others book faster than this booking can be stored');
  }

  /** Tries while the other processes that were overtaken wait. Correct without it: the turn only saves useless work. */
  private async tryInTurn(requests: SlotRequest[], wanted: WantedLevel[]): Promise<Slot[] | undefined> {
    while (!(await this.redis.set(TURN, '', 'PX', TURN_MS, 'NX'))) await pause(1 + Math.random() * MOST_PAUSE_MS);
    try {
      return await this.tryEach(requests, wanted);
    } finally {
      await this.redis.del(TURN);
    }
  }

  /** Undefined: somebody else booked on these levels meanwhile. */
  private async tryEach(requests: SlotRequest[], wanted: WantedLevel[]): Promise<Slot[] | undefined> {
    const { nowMs, levels } = await this.bookTogether(wanted);
    if (!levels) return allAtOnce(requests, nowMs);
    const allocator = await this.allocate(requests, nowMs, levels);
    const changes = allocator.levels.map((each) => changeOf(each, levels.get(each.level.key)?.version ?? ''));
    const commit = await this.commit(wanted, changes, nowMs + COMMIT_WITHIN_MS);
    return commit.levels ? undefined : allocator.slots;
  }

  private async allocate(
    requests: SlotRequest[],
    nowMs: number,
    levels: Map<string, LevelState>,
  ): Promise<SlotAllocator> {
    const allocator = new SlotAllocator(requests, nowMs, ({ key }) => levels.get(key) ?? EMPTY_LEVEL);
    for (let ranges = allocator.proceed(); ranges.length > 0; ranges = allocator.proceed()) {
      const counts = await this.read(ranges);
      this.slicesRead += counts.length;
      allocator.load(counts);
    }
    return allocator;
  }

  private async read(ranges: RateSlotRange[]): Promise<RateSlotCount[]> {
    const pipeline = this.redis.pipeline();
    const asked = ranges.map(({ key, first, last }) => {
      const slices = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      pipeline.hmget(PREFIX + key, ...slices.map(String));
      return { key, slices };
    });
    const answers = (await pipeline.exec()) ?? [];
    return asked.flatMap(({ key, slices }, i) => {
      const [error, counts] = answers[i] ?? [new Error('Redis did not answer')];
      if (error) throw error;
      const found = slices.map((slice, j) => ({ key, slice, count: Number((counts as (string | null)[])[j]) }));
      return found.filter(({ count }) => count > 0);
    });
  }

  private async commit(wanted: WantedLevel[], changes: LevelChange[], untilMs?: number): Promise<Commit> {
    const keys = wanted.map(({ level }) => PREFIX + level.key);
    const input = JSON.stringify({ now: this.now?.().getTime(), until: untilMs, run: RUN, levels: changes });
    const [nowMs, ...stored] = await this.redis.commitSlots(keys.length, ...keys, input);
    const commit = { nowMs: Number(nowMs) };
    if (stored.length === 0) return commit;
    const levels = wanted.map(
      ({ level: { key, limit } }, i) => [key, storedLevel(stored.slice(4 * i), limit)] as const,
    );
    return { ...commit, levels: new Map(levels) };
  }
}

function sliced(level: Level): Pick<LevelChange, 'sliceMs' | 'limit'> {
  return { sliceMs: slicingOf(level).sliceMs, limit: level.limit };
}

/** A raised limit makes room in what was full. */
function storedLevel([version = '', full, last, storedLimit]: string[], limit: number): StoredLevel {
  if (!full) return { ...EMPTY_LEVEL, version };
  const fullSpans = limit > Number(storedLimit) ? [] : (JSON.parse(full) as StoredLevel['fullSpans']);
  return { version, lastSlice: Number(last), fullSpans };
}

function changeOf({ level, added, state }: WindowCounter, version: string): LevelChange {
  const counts = [...added];
  return {
    ...sliced(level),
    wanted: counts.reduce((sum, [, count]) => sum + count, 0),
    version,
    last: state.lastSlice,
    full: JSON.stringify(state.fullSpans),
    counts,
  };
}
