import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { LRUCache } from 'lru-cache';
import { type Observable, Subject } from 'rxjs';
import type { Arrival } from './arrival.js';
import { titleOf } from './subject.js';

/** The newest messages kept, and the memory their sources may take. Older ones are forgotten (the ledger isn't). */
export const MAX_ARRIVALS = 10_000;
const MAX_BYTES = 256 * 1024 * 1024;

export interface InboxQuery {
  to?: string | undefined;
  messageId?: string | undefined;
  channel?: Channel | undefined;
  vendor?: string | undefined;
  /** Part of a subject (or of what a message says), a sender, a recipient or a message id */
  search?: string | undefined;
  /** Only what came before the arrival of this id */
  before?: string | undefined;
  limit: number;
}

/** What arrived, newest first. */
@Injectable()
export class Inbox {
  private readonly arrivals = new LRUCache<string, Arrival>({
    max: MAX_ARRIVALS,
    maxSize: MAX_BYTES,
    sizeCalculation: ({ raw }) => raw.length + 1,
  });
  private readonly changed = new Subject<void>();

  /** Tells whenever something came or was cleared. */
  readonly changes: Observable<void> = this.changed.asObservable();

  get size(): number {
    return this.arrivals.size;
  }

  add(arrival: Arrival): void {
    this.arrivals.set(arrival.id, arrival);
    this.changed.next();
  }

  /** Tells that something about an arrival is new: a receipt. */
  touched(): void {
    this.changed.next();
  }

  find(id: string): Arrival | undefined {
    // `get` would count as use and keep what is looked at longer than what came later.
    return this.arrivals.peek(id);
  }

  /** At most `limit` arrivals that fit, newest first. */
  list(query: InboxQuery): Arrival[] {
    const found: Arrival[] = [];
    const fits = matcher(query);
    for (const arrival of this.arrivals.values()) {
      if (found.length === query.limit) break;
      if (fits(arrival)) found.push(arrival);
    }
    return found;
  }

  clear(): void {
    this.arrivals.clear();
    this.changed.next();
  }
}

function matcher(query: InboxQuery): (arrival: Arrival) => boolean {
  const { messageId, before, channel, vendor } = query;
  const to = query.to?.toLowerCase();
  const search = query.search?.toLowerCase();
  return (arrival) =>
    (messageId === undefined || arrival.messageId === messageId) &&
    (channel === undefined || arrival.channel === channel) &&
    (vendor === undefined || arrival.vendor === vendor) &&
    // Ids are UUIDv7: their order is that of arrival.
    (before === undefined || arrival.id < before) &&
    (to === undefined || arrival.to.some((address) => address.toLowerCase() === to)) &&
    (search === undefined ||
      [arrival.from, arrival.messageId ?? '', ...arrival.to, titleOf(arrival)].some((word) =>
        word.toLowerCase().includes(search),
      ));
}
