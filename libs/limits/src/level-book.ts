import type { Level } from './rate-limiter.js';
import { type Rule, RUN, type Slicing, slicingOf } from './slicing.js';

/** Slices are read by the block: few reads, and none of them grows with what is booked elsewhere. */
export const BLOCK = 64;

/** What the store knows of a level without reading slices. */
export interface LevelState {
  /** No slice before this one can take anything more. */
  fullBefore: number;
  /** No slice after this one has anything in it. */
  lastSlice: number;
}

/** Slices of a level that must be read: `first` to `last`, both included. */
export interface SliceRange {
  key: string;
  first: number;
  last: number;
}

/** What is booked on one level, as far as it was read, and what this booking adds. No I/O. */
export class LevelBook {
  /** What this booking put into which slice. */
  readonly added = new Map<number, number>();
  readonly slicing: Slicing;
  private readonly counts = new Map<number, number>();
  private readonly read = new Set<number>();
  private readonly wanted = new Set<number>();
  private readonly current: number;
  private readonly lastStored: number;
  private last: number;
  private full: number;
  private free: { slice: number; room: number } | undefined;

  constructor(
    readonly level: Level,
    state: LevelState,
    nowMs: number,
  ) {
    this.slicing = slicingOf(level);
    this.current = this.sliceOf(nowMs);
    this.lastStored = this.last = state.lastSlice;
    this.full = Math.max(state.fullBefore, this.current);
  }

  /** What to store once this booking is done. */
  get state(): LevelState {
    return { fullBefore: this.full, lastSlice: this.last };
  }

  /** The first moment that this level does not rule out without a look at its slices. */
  get hopeMs(): number {
    return this.full * this.slicing.sliceMs;
  }

  /**
   * The first moment from `atMs` on at which one more may go: `atMs` itself, or a place in the first slice with room. Undefined when
   * slices must be read first (`takeWanted`).
   */
  earliest(atMs: number): number | undefined {
    const asked = this.sliceOf(atMs);
    let slice = Math.max(asked, this.full);
    for (;;) {
      if (!this.want(slice)) return undefined;
      const next = this.nextAfterFull(slice);
      if (next === slice) break;
      slice = next;
    }
    return slice === asked ? atMs : this.placeIn(slice);
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

  /** What must be read before going on. The caller reads it all and gives it to `load`. */
  takeWanted(): SliceRange[] {
    const ranges: SliceRange[] = [];
    for (const block of [...this.wanted].sort((a, b) => a - b)) {
      this.read.add(block);
      const before = ranges.at(-1);
      if (before && before.last === block * BLOCK - 1) before.last += BLOCK;
      else ranges.push({ key: this.level.key, first: block * BLOCK, last: block * BLOCK + BLOCK - 1 });
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

  /** Whether all is known that decides on a slice; otherwise it is wanted from now on. */
  private want(slice: number): boolean {
    const last = Math.min(slice + RUN - 1, this.lastStored);
    for (let block = Math.floor((slice - RUN + 1) / BLOCK); block * BLOCK <= last; block++) {
      if (!this.read.has(block)) this.wanted.add(block);
    }
    return this.wanted.size === 0;
  }

  /** The slice itself if it has room, else the next one that may have. */
  private nextAfterFull(slice: number): number {
    if (this.free?.slice !== slice || this.free.room === 0) {
      const { fullest, end } = this.fullestRun(slice, this.slicing.limit);
      this.free = { slice, room: this.slicing.limit.max - fullest };
      if (this.free.room <= 0) {
        if (slice === this.full) this.full = end + 1;
        return end + 1;
      }
    }
    if (slice === this.current) return slice;
    const { fullest, end } = this.fullestRun(slice, this.slicing.pace);
    return fullest < this.slicing.pace.max ? slice : end + 1;
  }

  /** Of the runs of the rule's length that contain a slice: the most any holds, and where the last full one ends. */
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

  /** Where the next one goes in a slice to come: as far into it as it is filled, so that its slots are spread over it. */
  private placeIn(slice: number): number {
    const filled = Math.min(this.count(slice), this.slicing.pace.max - 1) / this.slicing.pace.max;
    return Math.floor((slice + filled) * this.slicing.sliceMs);
  }
}
