/** Slices from the first number up to, not including, the second. */
export type Interval = [from: number, to: number];

/** A set of slices as stretches, in order and with gaps between them. */
export class IntervalSet {
  private intervals: Interval[];

  constructor(intervals: Interval[]) {
    this.intervals = intervals;
  }

  /** The slice itself if it is not in the set, else the next one that is not. */
  firstOutside(slice: number): number {
    for (const [from, to] of this.intervals) {
      if (slice < from) break;
      if (slice < to) return to;
    }
    return slice;
  }

  add([from, to]: Interval): void {
    const touching = this.intervals.filter((interval) => interval[0] <= to && interval[1] >= from);
    const joined: Interval = [
      Math.min(from, ...touching.map((interval) => interval[0])),
      Math.max(to, ...touching.map((interval) => interval[1])),
    ];
    this.intervals = [
      ...this.intervals.filter((interval) => interval[1] < from),
      joined,
      ...this.intervals.filter((interval) => interval[0] > to),
    ];
  }

  /** The stretches that do not end before a slice; of more than `most`, the longest. */
  since(slice: number, most: number): Interval[] {
    const length = ([from, to]: Interval) => to - from;
    const live = this.intervals.filter(([, to]) => to > slice);
    if (live.length <= most) return live;
    const longest = new Set(live.toSorted((a, b) => length(b) - length(a)).slice(0, most));
    return live.filter((interval) => longest.has(interval));
  }
}
