import { LevelBook, type LevelState, type SliceRange } from './level-book.js';
import type { Level, Slot, SlotRequest } from './rate-limiter.js';
import { ASK_AGAIN_MS, graceOf, HORIZON_MS } from './slicing.js';

/** How many are booked in one slice of a level. */
export interface SliceCount {
  key: string;
  slice: number;
  count: number;
}

/**
 * Gives each request of a batch its slot. No I/O: whoever runs it reads what it asks for.
 *
 * A message's time is the first one at which every level has room: each level that has none moves it on, until none does. A booking
 * far ahead on one level is no more than a count in a far slice of the others, so that what one domain holds back holds nothing
 * else back.
 */
export class SlotAllocator {
  readonly slots: Slot[] = [];
  private readonly books = new Map<string, LevelBook>();
  private readonly requests: { levels: Level[]; books: LevelBook[] }[];

  constructor(
    requests: SlotRequest[],
    private readonly nowMs: number,
    stateOf: (level: Level) => LevelState,
  ) {
    this.requests = requests.map(({ levels }) => ({
      levels,
      books: levels.map((level) => this.bookOf(level, stateOf)),
    }));
    for (const { books } of this.requests) {
      const hopeMs = hope(books, nowMs);
      for (const book of books) book.wantAround(hopeMs);
    }
  }

  /** Goes on as far as it can. Returns the slices that must be read before it is called again; none: `slots` is complete. */
  proceed(): SliceRange[] {
    for (;;) {
      const wanted = [...this.books.values()].flatMap((book) => book.takeWanted());
      if (wanted.length > 0) return wanted;
      if (this.placeRest()) return [];
    }
  }

  /** The counts that were read; slices that are empty need not be named. */
  load(counts: SliceCount[]): void {
    for (const { key, slice, count } of counts) this.books.get(key)?.load(slice, count);
  }

  /** What the finished booking adds to the counts. */
  added(): SliceCount[] {
    return [...this.books].flatMap(([key, book]) => [...book.added].map(([slice, count]) => ({ key, slice, count })));
  }

  /** The states of all levels after it. */
  states(): (LevelState & { key: string })[] {
    return [...this.books].map(([key, book]) => ({ key, ...book.state }));
  }

  /** Whether every request has its slot now; otherwise slices are wanted. */
  private placeRest(): boolean {
    for (const request of this.requests.slice(this.slots.length)) {
      const slot = this.place(request);
      if (!slot) return false;
      this.slots.push(slot);
    }
    return true;
  }

  private place({ levels, books }: { levels: Level[]; books: LevelBook[] }): Slot | undefined {
    const inOrder = furthestFirst(books, this.nowMs);
    let atMs = this.nowMs;
    let blockedBy: Level | undefined;
    for (let moved = true; moved;) {
      moved = false;
      for (const book of inOrder) {
        const earliest = book.earliest(atMs);
        if (earliest === undefined) return undefined;
        if (earliest > this.nowMs + HORIZON_MS) return fullSlot(this.nowMs, book.level);
        if (earliest === atMs) continue;
        atMs = earliest;
        blockedBy = book.level;
        moved = true;
      }
    }
    for (const book of books) book.book(atMs);
    return bookedSlot(this.nowMs, atMs, levels, blockedBy);
  }

  private bookOf(level: Level, stateOf: (level: Level) => LevelState): LevelBook {
    const known = this.books.get(level.key);
    if (known) return known;
    const book = new LevelBook(level, stateOf(level), this.nowMs);
    this.books.set(level.key, book);
    return book;
  }
}

/** The first moment that no level is known to rule out: what must be read lies around it. */
function hope(books: LevelBook[], fromMs: number): number {
  const atMs = books.reduce((latest, book) => book.hope(latest), fromMs);
  return atMs === fromMs ? atMs : hope(books, atMs);
}

/** The level that is full for longest leads, so that the others are looked at (and read) only where it has room. */
function furthestFirst(books: LevelBook[], nowMs: number): LevelBook[] {
  let furthest: LevelBook | undefined;
  let latest = nowMs;
  for (const book of books) {
    const hopeMs = book.hope(nowMs);
    if (hopeMs > latest) [furthest, latest] = [book, hopeMs];
  }
  return furthest ? [furthest, ...books.filter((book) => book !== furthest)] : books;
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
