import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { BOOK_SLOTS } from './book-slots.lua.js';
import { BLOCK, MOST_SPANS } from './level-book.js';
import { RateLimiter, type Slot, type SlotRequest } from './rate-limiter.js';
import { HORIZON_MS, RUN, slicingOf } from './slicing.js';
import { allAtOnce, bookedSlot, fullSlot, type WantedLevel, wantedLevels } from './slots.js';

/** In one Redis Cluster all keys lie on one node, for a booking needs them together. */
const PREFIX = '{outbell:rate}:';
const RECONNECT_MS = 2_000;
const ANSWER_MS = 5_000;

interface BookSlots {
  bookSlots(keyCount: number, ...keysAndInput: string[]): Promise<number[]>;
}

/**
 * Books slots in Redis: one script for a batch, by Redis' own clock; two where a limit makes some of the batch wait.
 *
 * FLUSHALL, or a Redis that starts empty, forgets what was booked: limits then begin anew, and for one window up to twice a limit may
 * go. Nothing else is lost; a deferred message still goes at its time, which is in its row.
 */
export class RedisRateLimiter extends RateLimiter {
  slicesRead = 0;
  private readonly redis: Redis & BookSlots;

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
      scripts: { bookSlots: { lua: BOOK_SLOTS } },
    }) as Redis & BookSlots;
    const logger = new Logger(RedisRateLimiter.name);
    this.redis.on('error', (error) => logger.warn(`Redis of the rate limits: ${error.message}`));
  }

  override async book(requests: SlotRequest[]): Promise<Slot[]> {
    const wanted = wantedLevels(requests);
    if (wanted.length === 0) return allAtOnce(requests, this.hereMs());
    const { nowMs, answer } = await this.run(wanted);
    return answer[0] === 1 ? allAtOnce(requests, nowMs) : this.bookEach(requests, wanted);
  }

  /** Every key expires by itself, and its past slices go with the next booking. */
  override async prune(): Promise<void> {}

  override async close(): Promise<void> {
    await this.redis.quit().catch(() => this.redis.disconnect());
  }

  private async bookEach(requests: SlotRequest[], wanted: WantedLevel[]): Promise<Slot[]> {
    const { nowMs, answer: places } = await this.run(wanted, requests);
    return requests.map((request, i) => {
      const atMs = places[2 * i] ?? -1;
      const blockedBy = wanted[(places[2 * i + 1] ?? 0) - 1]?.level;
      return atMs < 0 && blockedBy ? fullSlot(nowMs, blockedBy) : bookedSlot(nowMs, atMs, request.levels, blockedBy);
    });
  }

  private async run(wanted: WantedLevel[], requests?: SlotRequest[]): Promise<{ nowMs: number; answer: number[] }> {
    const keys = wanted.map(({ level }) => PREFIX + level.key);
    const input = this.describe(wanted, requests);
    const [nowMs = 0, slicesRead = 0, ...answer] = await this.redis.bookSlots(keys.length, ...keys, input);
    this.slicesRead += slicesRead;
    return { nowMs, answer };
  }

  /** The script's input. Levels go by number, from 1 on as Lua counts. */
  private describe(wanted: WantedLevel[], requests?: SlotRequest[]): string {
    const numbers = new Map(wanted.map(({ level }, i) => [level.key, i + 1]));
    return JSON.stringify({
      now: this.now?.().getTime(),
      run: RUN,
      block: BLOCK,
      mostSpans: MOST_SPANS,
      horizonMs: HORIZON_MS,
      levels: wanted.map(({ level, count }) => {
        const { sliceMs, limit, pace } = slicingOf(level);
        return [sliceMs, limit.max, pace.length, pace.max, count];
      }),
      requests: requests?.map((request) => request.levels.map(({ key }) => numbers.get(key))),
    });
  }

  private hereMs(): number {
    return this.now?.().getTime() ?? Date.now();
  }
}
