import type { RateSlotCount, RateSlotRange } from '@outbell/persistence/engine/rate-slot.repository.js';
import { WindowCounter, type LevelState } from './window-counter.js';
import type { Level, Slot, SlotRequest } from './rate-limiter.js';
import { ASK_AGAIN_MS, graceOf, HORIZON_MS } from './slicing.js';

/**
 * Gives each request of a batch its slot. No I/O: whoever runs it reads what it asks for.
 *
 * A message's time is the first one at which every level has room: each level that has none moves it on, until none
 * does. A booking far ahead on one level is no more than a count in a far slice of the others, so that what one domain
 * holds back holds nothing else back.
 */
export class SlotAllocator {
  readonly slots: Slot[] = [];
  private readonly counters = new Map<string, WindowCounter>();
  private readonly requests: { levels: Level[]; counters: WindowCounter[] }[];

  constructor(
    requests: SlotRequest[],
    private readonly nowMs: number,
    stateOf: (level: Level) => LevelState,
  ) {
    this.requests = requests.map(({ levels }) => ({
      levels,
      counters: levels.map((level) => this.counterOf(level, stateOf)),
    }));
    for (const { counters } of this.requests) {
      const lowerBoundMs = lowerBound(counters, nowMs);
      for (const counter of counters) counter.wantAround(lowerBoundMs);
    }
  }

  /**
   * Goes on as far as it can. Returns the slices that must be read before it is called again; none: `slots` is
   * complete.
   */
  proceed(): RateSlotRange[] {
    for (;;) {
      const wanted = this.levels.flatMap((counter) => counter.takeWanted());
      if (wanted.length > 0) return wanted;
      if (this.placeRest()) return [];
    }
  }

  /** Every level of the batch once, in the order of `wantedLevels`, with what is booked on it. */
  get levels(): WindowCounter[] {
    return [...this.counters.values()];
  }

  /** The counts that were read; slices that are empty need not be named. */
  load(counts: RateSlotCount[]): void {
    for (const { key, slice, count } of counts) this.counters.get(key)?.load(slice, count);
  }

  /** Gives what the finished booking adds to the counts. */
  added(): RateSlotCount[] {
    return [...this.counters].flatMap(([key, counter]) =>
      [...counter.added].map(([slice, count]) => ({ key, slice, count })),
    );
  }

  /** The states of all levels after it. */
  states(): (LevelState & { key: string })[] {
    return [...this.counters].map(([key, counter]) => ({ key, ...counter.state }));
  }

  /** Tells whether every request has its slot now; otherwise slices are wanted. */
  private placeRest(): boolean {
    for (const request of this.requests.slice(this.slots.length)) {
      const slot = this.place(request);
      if (!slot) return false;
      this.slots.push(slot);
    }
    return true;
  }

  private place({ levels, counters }: { levels: Level[]; counters: WindowCounter[] }): Slot | undefined {
    const inOrder = furthestFirst(counters, this.nowMs);
    let atMs = this.nowMs;
    let blockedBy: Level | undefined;
    for (let moved = true; moved;) {
      moved = false;
      for (const counter of inOrder) {
        const earliest = counter.earliest(atMs);
        if (earliest === undefined) return undefined;
        if (earliest > this.nowMs + HORIZON_MS) return fullSlot(this.nowMs, counter.level);
        if (earliest === atMs) continue;
        atMs = earliest;
        blockedBy = counter.level;
        moved = true;
      }
    }
    for (const counter of counters) counter.book(atMs);
    return bookedSlot(this.nowMs, atMs, levels, blockedBy);
  }

  private counterOf(level: Level, stateOf: (level: Level) => LevelState): WindowCounter {
    const known = this.counters.get(level.key);
    if (known) return known;
    const counter = new WindowCounter(level, stateOf(level), this.nowMs);
    this.counters.set(level.key, counter);
    return counter;
  }
}

/** The first moment that no level is known to rule out: what must be read lies around it. */
function lowerBound(counters: WindowCounter[], fromMs: number): number {
  const atMs = counters.reduce((latest, counter) => counter.lowerBound(latest), fromMs);
  return atMs === fromMs ? atMs : lowerBound(counters, atMs);
}

/** The level that is full for longest leads, so that the others are looked at (and read) only where it has room. */
function furthestFirst(counters: WindowCounter[], nowMs: number): WindowCounter[] {
  let furthest: WindowCounter | undefined;
  let latest = nowMs;
  for (const counter of counters) {
    const lowerBoundMs = counter.lowerBound(nowMs);
    if (lowerBoundMs > latest) [furthest, latest] = [counter, lowerBoundMs];
  }
  return furthest ? [furthest, ...counters.filter((counter) => counter !== furthest)] : counters;
}

/** A level, and how many of a batch are under it. */
export interface WantedLevel {
  level: Level;
  count: number;
}

/** Every level of a batch once. */
export function wantedLevels(requests: SlotRequest[]): WantedLevel[] {
  const wanted = new Map<string, WantedLevel>();
  for (const { levels } of requests) {
    for (const level of levels) {
      const known = wanted.get(level.key);
      if (known) known.count += 1;
      else wanted.set(level.key, { level, count: 1 });
    }
  }
  return [...wanted.values()];
}

/** The answer to a batch of which everybody may go now. */
export function allAtOnce(requests: SlotRequest[], nowMs: number): Slot[] {
  const slots = new Map<Level[], Slot>();
  return requests.map(({ levels }) => {
    const slot = slots.get(levels) ?? bookedSlot(nowMs, nowMs, levels, undefined);
    slots.set(levels, slot);
    return slot;
  });
}

/** A slot that was booked for a message under these levels. */
export function bookedSlot(nowMs: number, atMs: number, levels: Level[], blockedBy: Level | undefined): Slot {
  const slot = { at: new Date(atMs), afterMs: atMs - nowMs, graceMs: graceOf(levels), booked: true };
  return blockedBy ? { ...slot, blockedBy } : slot;
}

/** The answer to a message for which there is no room within the horizon. Without grace: it always asks again. */
export function fullSlot(nowMs: number, blockedBy: Level): Slot {
  return { at: new Date(nowMs + ASK_AGAIN_MS), afterMs: ASK_AGAIN_MS, graceMs: 0, booked: false, blockedBy };
}
