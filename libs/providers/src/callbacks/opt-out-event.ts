import type { DeliveryEvent } from '../callback.js';
import { factId, phoneOf, vendorIdOf } from './event-fields.js';
import type { OptOutWord } from './stop-words.js';

/** Who wrote it and when, as the vendor says. */
export interface Inbound extends Pick<DeliveryEvent, 'channel' | 'at' | 'vendorId'> {
  /** The vendor's id of the message. */
  id: string | undefined;
  /** As the vendor writes the number. */
  from: unknown;
  /** Our own number that was written to. */
  writtenTo?: string | undefined;
}

/**
 * What follows from STOP or START. Also where the vendor names nobody by a number: it is kept then under whatever it
 * names, for somebody to look at.
 */
export function optOutEvent(word: OptOutWord, { channel, at, id, from, vendorId, writtenTo }: Inbound): DeliveryEvent {
  const address = phoneOf(from);
  const named = { address, vendorId: vendorId ?? (address === undefined ? vendorIdOf(from) : undefined), writtenTo };
  const eventId = id === undefined ? factId(address ?? named.vendorId, word, at?.toISOString()) : factId(id, word);
  if (word === 'start')
    return { channel, eventId, kind: 'resubscribed', at, ...given(named), reason: 'recipient_said_start' };
  const stop = { reason: 'recipient_said_stop', suppress: 'unsubscribe' } as const;
  return { channel, eventId, kind: 'unsubscribed', at, ...given(named), ...stop };
}

function given<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
