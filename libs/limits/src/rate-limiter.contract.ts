import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BLOCK } from './window-counter.js';
import { MemorySlots } from './memory-slots.contract.js';
import type { Level, RateLimiter, Slot, SlotRequest } from './rate-limiter.js';
import { RUN, slicingOf } from './slicing.js';

/** Describes what a store gives to be tested: limiters on one empty store. */
export interface RateLimiterSetup {
  /** Another limiter on the same store, as another worker has it. Without `now` it goes by the store's own clock. */
  limiter(now?: () => Date): RateLimiter;
  drop(): Promise<void>;
}

const START = Date.UTC(2026, 10, 22, 12, 0, 0, 123);
const MINUTE = 60_000;
const HOUR = 3_600_000;

const level = (key: string, limit: number, windowMs: number): Level => ({ key: `${key}:${windowMs}`, limit, windowMs });
const times = (count: number, ...levels: Level[]): SlotRequest[] => Array.from({ length: count }, () => ({ levels }));
const waits = (slots: Slot[]) => slots.map((slot) => slot.afterMs);

/** The limits of the specification, for a message of a tenant by a sender to a domain. */
const allLevels = (sender: string, tenant: string, domain: string): Level[] => [
  level(`sender:${sender}`, 20, MINUTE),
  level(`sender:${sender}`, 1_000, HOUR),
  level(`tenant:${tenant}`, 5_000, HOUR),
  level(`domain:${tenant}:${domain}`, 200, HOUR),
  level('installation', 20_000, HOUR),
];

/**
 * Holds what was booked to the guarantee: no window of any level has more than its limit, and a slice of lateness to
 * spare.
 */
function expectWithinLimits(booked: { levels: Level[]; slot: Slot }[]): void {
  const byLevel = new Map<Level['key'], { level: Level; at: number[] }>();
  for (const { levels, slot } of booked) {
    for (const each of levels) {
      const entry = byLevel.get(each.key) ?? { level: each, at: [] };
      byLevel.set(each.key, entry);
      entry.at.push(slot.at.getTime());
    }
  }
  for (const { level: each, at } of byLevel.values()) {
    at.sort((a, b) => a - b);
    const gaps = at.slice(each.limit).map((time, i) => time - at[i]!);
    expect(Math.min(...gaps), each.key).toBeGreaterThan(each.windowMs + slicingOf(each).sliceMs);
  }
}

/** The suite that every store of rate limits passes. */
export function describeRateLimiter(name: string, setUp: () => Promise<RateLimiterSetup>): void {
  describe(name, () => {
    let setup: RateLimiterSetup;
    let limiter: RateLimiter;
    let nowMs: number;
    const now = () => new Date(nowMs);
    const open: RateLimiter[] = [];
    const another = (clock?: () => Date) => {
      open.push(setup.limiter(clock));
      return open.at(-1)!;
    };

    beforeEach(async () => {
      setup = await setUp();
      nowMs = START;
      limiter = another(now);
    });

    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.close()));
      await setup.drop();
    });

    it('lets go at once what has no limits, without asking the store', async () => {
      const slots = await limiter.book([{ levels: [] }]);
      expect(slots).toEqual([{ at: now(), afterMs: 0, graceMs: Infinity, booked: true }]);
      expect(await limiter.book([])).toEqual([]);
    });

    it('answers a batch in its order, limited or not', async () => {
      const one = level('sender:a', 1, MINUTE);
      const slots = await limiter.book([{ levels: [one] }, { levels: [] }, { levels: [one] }]);
      expect(slots.slice(0, 2).map((slot) => slot.afterMs)).toEqual([0, 0]);
      expect(slots[2]).toMatchObject({ booked: true, blockedBy: one, graceMs: 3_000 });
      expect(slots[2]!.at.getTime()).toBe(START + slots[2]!.afterMs);
    });

    it('never exceeds a limit, with eight workers that book at once', async () => {
      const workers = Array.from({ length: 8 }, () => another());
      const senders = ['a', 'b', 'c'];
      const batches = workers.flatMap((worker, w) =>
        Array.from({ length: 6 }, (_, b) => ({
          worker,
          requests: Array.from({ length: 50 }, (_, i) => ({
            levels: allLevels(senders[(w + i) % 3]!, 't', `${(b + i) % 5}.example`).reverse(),
          })),
        })),
      );
      const booked = await Promise.all(
        batches.map(async ({ worker, requests }) => {
          const slots = await worker.book(requests);
          return slots.map((slot, i) => ({ slot, levels: requests[i]!.levels }));
        }),
      );
      expect(booked.flat().length).toBe(2_400);
      expectWithinLimits(booked.flat());
    });

    it('gives the same slots as the allocation in memory, over a long history', async () => {
      const memory = new MemorySlots();
      const random = sequence(7);
      for (let round = 0; round < 60; round++) {
        nowMs += random(4) === 0 ? random(2 * HOUR) : random(3_000);
        const requests = Array.from({ length: 1 + random(100) }, () => ({
          levels: allLevels(`s${random(3)}`, `t${random(2)}`, `${random(4)}.example`).slice(random(3)),
        }));
        expect(await limiter.book(requests)).toEqual(memory.book(requests, nowMs));
      }
      expect(limiter.slicesRead).toBeLessThanOrEqual(memory.slicesRead);
    });

    it('gives the whole limit again once its window is past', async () => {
      const minute = level('sender:a', 20, MINUTE);
      expect(waits(await limiter.book(times(20, minute)))).toEqual(Array(20).fill(0));
      nowMs += RUN * 3_000;
      const again = waits(await limiter.book(times(21, minute)));
      expect(again.slice(0, 20)).toEqual(Array(20).fill(0));
      expect(again[20]).toBeGreaterThan(0);
    });

    it('spreads what has to wait', async () => {
      const [, ...waiting] = waits(await limiter.book(times(100, level('sender:a', 1, 1_000))));
      expect(new Set(waiting).size).toBe(99);
      const tenant = level('tenant:t', 100, MINUTE);
      await limiter.book(times(100, tenant));
      expect(new Set(waits(await limiter.book(times(100, tenant)))).size).toBeGreaterThan(90);
    });

    it('holds back no other message of a tenant when one domain is full for days', async () => {
      for (let i = 0; i < 40; i++) await limiter.book(times(100, ...allLevels(`s${i}`, 't', 'slow.example')));
      const before = limiter.slicesRead;
      expect(waits(await limiter.book(times(20, ...allLevels('other', 't', 'fast.example'))))).toEqual(
        Array(20).fill(0),
      );
      expect(limiter.slicesRead - before).toBeLessThan(5 * 2 * RUN);
    });

    it('reads no more slices behind a backlog of 10,000 than behind none', async () => {
      const levels = [level('sender:a', 20, MINUTE), level('tenant:t', 5_000, HOUR)];
      let last: Slot | undefined;
      for (let i = 0; i < 100; i++) {
        const before = limiter.slicesRead;
        last = (await limiter.book(times(100, ...levels))).at(-1);
        expect(limiter.slicesRead - before).toBeLessThan(levels.length * 3 * RUN);
      }
      expect(last!.afterMs).toBeGreaterThan((10_000 / 20 - 1) * MINUTE);
      expect(last!.afterMs).toBeLessThan((10_000 / 20 / 0.9) * MINUTE);
    });

    it('reads no more slices however deep all levels are booked, each to another depth', async () => {
      const batch = Array.from({ length: 100 }, (_, i) => ({
        levels: allLevels(`s${i % 4}`, 't', `${i % 8}.example`),
      }));
      const levels = 4 * 2 + 8 + 2;
      let deepest = 0;
      for (let i = 0; i < 60; i++) {
        const before = limiter.slicesRead;
        deepest = Math.max(deepest, ...waits(await limiter.book(batch)));
        expect(limiter.slicesRead - before).toBeLessThan(levels * 2 * (RUN + BLOCK));
      }
      expect(deepest).toBeGreaterThan(3 * HOUR);
    });

    it('books nothing beyond the horizon', async () => {
      const daily = level('sender:a', 1, 24 * HOUR);
      const slots = await limiter.book(times(40, daily));
      expect(slots.filter((slot) => slot.booked).length).toBe(29);
      expect(slots.at(-1)).toMatchObject({ booked: false, graceMs: 0, blockedBy: daily, afterMs: 24 * HOUR });
    });

    it('uses a raised limit at once, and counts under a lowered one what was booked before', async () => {
      await limiter.book(times(30, level('sender:a', 20, MINUTE)));
      expect(waits(await limiter.book(times(70, level('sender:a', 100, MINUTE))))).toEqual(Array(70).fill(0));
      const [slot] = await limiter.book(times(1, level('sender:a', 10, MINUTE)));
      expect(slot!.afterMs).toBeGreaterThan(MINUTE);
    });

    it('goes by the store’s clock, whatever a worker’s says', async () => {
      const own = another();
      const [slot] = await own.book(times(1, level('sender:a', 1, HOUR)));
      expect(slot!.afterMs).toBe(0);
      expect(Math.abs(slot!.at.getTime() - Date.now())).toBeLessThan(5_000);
    });

    it('forgets what no window reaches any more, and nothing else', async () => {
      const minute = level('sender:a', 20, MINUTE);
      const hour = level('sender:a', 1_000, HOUR);
      for (let i = 0; i < 60; i++) {
        await limiter.book(times(5, minute, hour));
        nowMs += MINUTE;
        await limiter.prune();
      }
      await limiter.book(times(900 - 300, hour));
      const slots = await limiter.book(times(101, hour));
      expect(slots.filter((slot) => slot.afterMs === 0).length).toBe(100);
    });
  });
}

/** Numbers below a bound that look random and are the same in every run. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
