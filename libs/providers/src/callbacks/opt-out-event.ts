import type { DeliveryEvent } from '../callback.js';
import { textOf } from '../json.js';
import { factId, phoneOf, vendorIdOf } from './event-fields.js';
import { type OptOutWord, optOutWordOf } from './stop-words.js';

/** Message that came in, as the vendor reports it. */
interface Inbound extends Pick<DeliveryEvent, 'channel' | 'at' | 'vendorId'> {
  /** The vendor's id of the message. */
  id: string | undefined;
  /** As the vendor writes the number. */
  from: unknown;
  /** Our own number that was written to. */
  writtenTo?: string | undefined;
}

/** Reads STOP or START out of what somebody wrote; empty when it is anything else. */
export function optOutEvents(written: unknown, inbound: Inbound): DeliveryEvent[] {
  const word = optOutWordOf(textOf(written) ?? '');
  return word === null ? [] : [optOutEvent(word, inbound)];
}

/**
 * Makes the event of STOP or START. Also where the vendor names nobody by a number: it is kept then under whatever it
 * names, for somebody to look at.
 */
export function optOutEvent(word: OptOutWord, { channel, at, id, from, vendorId, writtenTo }: Inbound): DeliveryEvent {
  const address = phoneOf(from);
  const named = { address, vendorId: vendorId ?? (address === undefined ? vendorIdOf(from) : undefined), writtenTo };
  const eventId = id === undefined ? factId(address ?? named.vendorId, word, at?.toISOString()) : factId(id, word);
  const about = { channel, eventId, at, ...named };
  return word === 'start'
    ? { ...about, kind: 'resubscribed', reason: 'recipient_said_start' }
    : { ...about, kind: 'unsubscribed', reason: 'recipient_said_stop', suppress: 'unsubscribe' };
}
