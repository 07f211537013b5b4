/** Slices from the first number up to, not including, the second. */
export type Span = [from: number, to: number];

/** A set of slices as stretches, in order and with gaps between them. */
export class SliceSpans {
  private spans: Span[];

  constructor(spans: Span[]) {
    this.spans = spans;
  }

  /** The slice itself if it is not in the set, else the next one that is not. */
  firstOutside(slice: number): number {
    for (const [from, to] of this.spans) {
      if (slice < from) break;
      if (slice < to) return to;
    }
    return slice;
  }

  add([from, to]: Span): void {
    const touching = this.spans.filter((span) => span[0] <= to && span[1] >= from);
    const joined: Span = [
      Math.min(from, ...touching.map((span) => span[0])),
      Math.max(to, ...touching.map((span) => span[1])),
    ];
    this.spans = [...this.spans.filter((span) => span[1] < from), joined, ...this.spans.filter((span) => span[0] > to)];
  }

  /** The stretches that do not end before a slice; of more than `most`, the longest. */
  since(slice: number, most: number): Span[] {
    const length = ([from, to]: Span) => to - from;
    const live = this.spans.filter(([, to]) => to > slice);
    if (live.length <= most) return live;
    const longest = new Set(live.toSorted((a, b) => length(b) - length(a)).slice(0, most));
    return live.filter((span) => longest.has(span));
  }
}
