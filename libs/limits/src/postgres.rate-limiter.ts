import type { RateSlotRepository } from '@outbell/persistence/engine/rate-slot.repository.js';
import { EMPTY_LEVEL } from './window-counter.js';
import { RateLimiter, type Slot, type SlotRequest } from './rate-limiter.js';
import { RUN, slicingOf } from './slicing.js';
import { allAtOnce, SlotAllocator, wantedLevels } from './slot-allocator.js';

/** Books slots in PostgreSQL: one transaction for a batch, by the database's clock. */
export class PostgresRateLimiter extends RateLimiter {
  slicesRead = 0;

  /** @param now drives the time in place of the database's clock (tests) */
  constructor(
    private readonly repository: RateSlotRepository,
    private readonly now?: () => Date,
  ) {
    super();
  }

  override async book(requests: SlotRequest[]): Promise<Slot[]> {
    const wanted = wantedLevels(requests);
    if (wanted.length === 0) return allAtOnce(requests, this.hereMs());
    const locks = wanted.map(({ level }) => ({
      key: level.key,
      limit: level.limit,
      sliceMs: slicingOf(level).sliceMs,
    }));
    return this.repository.withLocked(locks, async (rates) => {
      const nowMs = this.now?.().getTime() ?? rates.nowMs;
      const allocator = new SlotAllocator(requests, nowMs, ({ key }) => rates.states.get(key) ?? EMPTY_LEVEL);
      for (let wanted = allocator.proceed(); wanted.length > 0; wanted = allocator.proceed()) {
        const counts = await rates.read(wanted);
        this.slicesRead += counts.length;
        allocator.load(counts);
      }
      await rates.write(allocator.added(), allocator.states());
      return allocator.slots;
    });
  }

  override async prune(): Promise<void> {
    await this.repository.prune(RUN, this.now?.().getTime());
  }

  /** The pool is not ours to close. */
  override async close(): Promise<void> {}

  private hereMs(): number {
    return this.now?.().getTime() ?? Date.now();
  }
}
