import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySlots } from './memory-slots.contract.js';
import type { Level, Slot, SlotRequest } from './rate-limiter.js';
import { HORIZON_MS, RUN, slicingOf } from './slicing.js';

const START = Date.UTC(2026, 10, 22, 12, 0, 0, 123);
const DAY = 86_400_000;

function level(key: string, limit: number, windowMs: number): Level {
  return { key: `${key}:${windowMs}`, limit, windowMs };
}

function times(count: number, ...levels: Level[]): SlotRequest[] {
  return Array.from({ length: count }, () => ({ levels }));
}

/** The least time between a slot and the `limit`th after it, for every level. */
function tightest(booked: { levels: Level[]; slot: Slot }[], { key, limit }: Level): number {
  const at = booked
    .filter(({ levels, slot }) => slot.booked && levels.some((other) => other.key === key))
    .map(({ slot }) => slot.at.getTime())
    .sort((a, b) => a - b);
  return Math.min(...at.slice(limit).map((time, i) => time - at[i]!));
}

const anyLevels = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    limit: fc.integer({ min: 1, max: 60 }),
    windowMs: fc.constantFrom(1_000, 1_010, 60_000, 3_600_000, DAY),
  }),
  { minLength: 1, maxLength: 6, selector: ({ key, windowMs }) => `${key}:${windowMs}` },
);

const anyHistory = anyLevels.chain((specs) => {
  const levels = specs.map((spec) => level(spec.key, spec.limit, spec.windowMs));
  const batch = fc.record({
    waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 2 * DAY })),
    requests: fc.array(fc.record({ levels: fc.subarray(levels) }), { minLength: 1, maxLength: 100 }),
  });
  return fc.record({ levels: fc.constant(levels), batches: fc.array(batch, { minLength: 1, maxLength: 12 }) });
});

describe('slots', () => {
  it('never exceed a limit in any window, even if each message goes up to a slice late', () => {
    fc.assert(
      fc.property(anyHistory, ({ levels, batches }) => {
        const slots = new MemorySlots();
        let nowMs = START;
        const booked = batches.flatMap(({ waitMs, requests }) => {
          nowMs += waitMs;
          const given = slots.book(requests, nowMs);
          expect(given.length).toBe(requests.length);
          for (const slot of given) expect(slot.at.getTime()).toBe(nowMs + slot.afterMs);
          expect(Math.min(...given.map((slot) => slot.afterMs))).toBeGreaterThanOrEqual(0);
          return given.map((slot, i) => ({ slot, levels: requests[i]!.levels }));
        });
        for (const each of levels) {
          expect(tightest(booked, each)).toBeGreaterThan(each.windowMs + slicingOf(each).sliceMs);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('take the first slice that brute force finds free', () => {
    const batches = fc.array(fc.record({ waitMs: fc.nat(90_000), size: fc.integer({ min: 1, max: 40 }) }), {
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), batches, (limit, steps) => {
        const one = level('a', limit, 60_000);
        const slots = new MemorySlots();
        const taken: number[] = [];
        let nowMs = START;
        for (const { waitMs, size } of steps) {
          nowMs += waitMs;
          for (const slot of slots.book(times(size, one), nowMs)) {
            const slice = Math.floor(slot.at.getTime() / 3_000);
            expect(slice).toBe(firstFree(one, taken, nowMs));
            taken.push(slice);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('go at once where nothing limits them', () => {
    const [slot] = new MemorySlots().book([{ levels: [] }], START);
    expect(slot).toEqual({ at: new Date(START), afterMs: 0, graceMs: Infinity, booked: true });
  });

  it('may take the whole limit at once and again as soon as the window is past', () => {
    const slots = new MemorySlots();
    const minute = level('sender', 20, 60_000);
    expect(slots.book(times(20, minute), START).map((slot) => slot.afterMs)).toEqual(Array(20).fill(0));
    const [next] = slots.book(times(1, minute), START + 59_000);
    expect(next?.blockedBy).toEqual(minute);
    expect(slots.book(times(19, minute), START + RUN * 3_000).map((slot) => slot.afterMs)).toEqual(Array(19).fill(0));
  });

  it('are paced evenly once they have to wait', () => {
    const waits = new MemorySlots()
      .book(times(100, level('sender', 20, 60_000)), START)
      .slice(20)
      .map((slot) => slot.afterMs);
    const gaps = waits.slice(1).map((wait, i) => wait - waits[i]!);
    expect(Math.min(...gaps)).toBe(3_000);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(9_000);
  });

  it('are spread over a slice that takes several', () => {
    const waiting = new MemorySlots().book(times(1_100, level('tenant', 1_000, 3_600_000)), START).slice(1_000);
    const at = waiting.map((slot) => slot.at.getTime());
    expect(new Set(at).size).toBe(100);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[24]! - at[0]!).toBeGreaterThan(80_000);
  });

  it('use the limit up to 91 % in the long run', () => {
    const day = new MemorySlots().book(times(10_000, level('sender', 20, 60_000)), START);
    expect(day.at(-1)!.afterMs).toBeLessThan((10_000 / 20 / 0.9) * 60_000);
  });

  it('hold all levels at once and name the one that made a message wait', () => {
    const [minute, hour] = [level('sender', 20, 60_000), level('sender', 30, 3_600_000)];
    const slots = new MemorySlots().book(times(31, minute, hour), START);
    expect(slots[19]).toMatchObject({ afterMs: 0 });
    expect(slots[20]?.blockedBy).toEqual(minute);
    expect(slots[30]?.blockedBy).toEqual(hour);
  });

  it('of one domain do not hold back the tenant’s others', () => {
    const slots = new MemorySlots();
    const tenant = level('tenant', 5_000, 3_600_000);
    const to = (domain: string) => [level(`domain:${domain}`, 200, 3_600_000), tenant];
    slots.book(times(4_000, ...to('slow.example')), START);
    const others = slots.book(times(100, ...to('fast.example')), START);
    expect(others.map((slot) => slot.afterMs)).toEqual(Array(100).fill(0));
  });

  it('end at the horizon: then nothing is booked', () => {
    const slots = new MemorySlots();
    const daily = level('sender', 1, DAY);
    const given = slots.book(times(100, daily), START);
    const held = given.filter((slot) => slot.booked);
    expect(held.length).toBe(29);
    expect(Math.max(...held.map((slot) => slot.afterMs))).toBeLessThanOrEqual(HORIZON_MS);
    expect(given.at(-1)).toEqual({
      at: new Date(START + DAY),
      afterMs: DAY,
      graceMs: 0,
      booked: false,
      blockedBy: daily,
    });
    expect(slots.book(times(1, daily), START + 2 * DAY)[0]?.booked).toBe(true);
  });

  it('booked under a higher limit count under a lowered one', () => {
    const slots = new MemorySlots();
    slots.book(times(20, level('sender', 20, 60_000)), START);
    const [slot] = slots.book(times(1, level('sender', 5, 60_000)), START + 30_000);
    expect(slot!.afterMs).toBeGreaterThan(30_000);
  });
});

/** The first slice from now on in which one more breaks neither rule, by trying them all. */
function firstFree({ limit, windowMs, key }: Level, taken: number[], nowMs: number): number {
  const { sliceMs, pace } = slicingOf({ key, limit, windowMs });
  const now = Math.floor(nowMs / sliceMs);
  const breaks = (slice: number, length: number, max: number) =>
    Array.from({ length }, (_, i) => slice - i).some(
      (first) => taken.filter((other) => other >= first && other < first + length).length >= max,
    );
  let slice = now;
  while (breaks(slice, RUN, limit) || (slice > now && breaks(slice, pace.length, pace.max))) slice++;
  return slice;
}
