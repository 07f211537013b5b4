import type { RateLevelState, RateSlotRange } from '@outbell/persistence/engine/rate-slot.repository.js';
import type { Level } from './rate-limiter.js';
import { IntervalSet } from './interval-set.js';
import { type Rule, RUN, type Slicing, slicingOf } from './slicing.js';

/** Slices are read by the block: few reads, and none of them grows with what is booked elsewhere. */
export const BLOCK = 16;

/** Full stretches join as they fill up; should there be more, the shortest are found anew each time. */
export const MAX_INTERVALS = 16;

/** Describes what the store knows of a level without reading slices. */
export type LevelState = Omit<RateLevelState, 'key'>;

export const EMPTY_LEVEL: LevelState = { fullSpans: [], lastSlice: -1 };

/** Holds what is booked on one level, as far as it was read, and what this booking adds. No I/O. */
export class WindowCounter {
  /** What this booking put into which slice. */
  readonly added = new Map<number, number>();
  private readonly slicing: Slicing;
  private readonly counts = new Map<number, number>();
  private readonly read = new Set<number>();
  private readonly wanted = new Set<number>();
  private readonly current: number;
  /** At the limit: for good. */
  private readonly full: IntervalSet;
  /** At the limit or the pace: as long as this booking lasts. */
  private readonly closed: IntervalSet;
  private last: number;
  private free: { slice: number; room: number } | undefined;

  constructor(
    readonly level: Level,
    private readonly stored: LevelState,
    nowMs: number,
  ) {
    this.slicing = slicingOf(level);
    this.current = this.sliceOf(nowMs);
    this.full = new IntervalSet(stored.fullSpans);
    this.closed = new IntervalSet(stored.fullSpans);
    this.last = stored.lastSlice;
  }

  /** Gives what to store once this booking is done. */
  get state(): LevelState {
    return { fullSpans: this.full.since(this.current, MAX_INTERVALS), lastSlice: this.last };
  }

  /** The first moment from `atMs` on that is not known to be full. */
  lowerBound(atMs: number): number {
    const asked = this.sliceOf(atMs);
    const slice = this.closed.firstOutside(asked);
    return slice === asked ? atMs : slice * this.slicing.sliceMs;
  }

  /**
   * The first moment from `atMs` on at which one more may go: `atMs` itself, or a place in the first slice with room.
   * Undefined when slices must be read first (`takeWanted`).
   */
  earliest(atMs: number): number | undefined {
    const asked = this.sliceOf(atMs);
    for (let slice = this.closed.firstOutside(asked); ; slice = this.closed.firstOutside(slice)) {
      if (!this.want(slice)) return undefined;
      if (this.hasRoom(slice)) return slice === asked ? atMs : this.placeIn(slice);
    }
  }

  book(atMs: number): void {
    const slice = this.sliceOf(atMs);
    this.counts.set(slice, this.count(slice) + 1);
    this.added.set(slice, (this.added.get(slice) ?? 0) + 1);
    this.last = Math.max(this.last, slice);
    if (this.free?.slice === slice) this.free.room--;
    else this.free = undefined;
  }

  /** Notes that what it takes to judge the slice at `atMs` must be read. */
  wantAround(atMs: number): void {
    this.want(this.sliceOf(atMs));
  }

  /** Gives what must be read before going on. The caller reads it all and gives it to `load`. */
  takeWanted(): RateSlotRange[] {
    const ranges: RateSlotRange[] = [];
    for (const block of [...this.wanted].sort((a, b) => a - b)) {
      this.read.add(block);
      const before = ranges.at(-1);
      const last = Math.min(block * BLOCK + BLOCK - 1, this.stored.lastSlice);
      if (before && before.last === block * BLOCK - 1) before.last = last;
      else ranges.push({ key: this.level.key, first: block * BLOCK, last });
    }
    this.wanted.clear();
    return ranges;
  }

  load(slice: number, count: number): void {
    this.counts.set(slice, count);
  }

  private sliceOf(ms: number): number {
    return Math.floor(ms / this.slicing.sliceMs);
  }

  private count(slice: number): number {
    return this.counts.get(slice) ?? 0;
  }

  /** Tells whether all is known that decides on a slice; otherwise it is wanted from now on. */
  private want(slice: number): boolean {
    const last = Math.min(slice + RUN - 1, this.stored.lastSlice);
    for (let block = Math.floor((slice - RUN + 1) / BLOCK); block * BLOCK <= last; block++) {
      if (!this.read.has(block)) this.wanted.add(block);
    }
    return this.wanted.size === 0;
  }

  private hasRoom(slice: number): boolean {
    return (slice === this.current || this.keepsPace(slice)) && this.keepsLimit(slice);
  }

  private keepsPace(slice: number): boolean {
    const { fullest, end } = this.fullestRun(slice, this.slicing.pace);
    if (fullest < this.slicing.pace.max) return true;
    this.closed.add([slice, end + 1]);
    return false;
  }

  private keepsLimit(slice: number): boolean {
    if (this.free?.slice === slice && this.free.room > 0) return true;
    const { length, max } = this.slicing.limit;
    const { fullest, end } = this.fullestRun(slice, this.slicing.limit);
    this.free = { slice, room: max - fullest };
    if (fullest < max) return true;
    this.full.add([end - length + 1, end + 1]);
    this.closed.add([end - length + 1, end + 1]);
    return false;
  }

  /**
   * Finds the fullest of the runs of the rule's length that contain a slice: how much it holds, and where the last full
   * one ends.
   */
  private fullestRun(slice: number, { length, max }: Rule): { fullest: number; end: number } {
    let sum = 0;
    for (let s = slice - length + 1; s <= slice; s++) sum += this.count(s);
    let fullest = sum;
    let end = slice;
    for (let s = slice + 1; s < slice + length; s++) {
      sum += this.count(s) - this.count(s - length);
      if (sum >= max) end = s;
      if (sum > fullest) fullest = sum;
    }
    return { fullest, end };
  }

  /**
   * Where the next one goes in a slice to come: as far into it as it is filled, so that its slots are spread over it.
   */
  private placeIn(slice: number): number {
    const filled = Math.min(this.count(slice), this.slicing.pace.max - 1) / this.slicing.pace.max;
    return Math.floor((slice + filled) * this.slicing.sliceMs);
  }
}
