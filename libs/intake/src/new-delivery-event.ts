import type { NewDeliveryEvent } from '@outbell/persistence/engine/callback.repository.js';
import { RECEIPT_OF } from '@outbell/planning/receipts.js';
import type { DeliveryEvent } from '@outbell/providers/callback.js';
import { normalizeAddress } from '@outbell/channels/addresses.js';
import { CHANNEL } from '@outbell/channels/channels.js';
import { phoneSpellings } from '@outbell/shared/addresses/phone-spellings.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { InputError } from '@outbell/shared/errors.js';
import { createHash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A telephone number as vendors write it. */
const PHONE = /^\+\d{5,15}$/;
const SHORT = /^\+\d{5,8}$/;

/** Ids of vendors that are longer are kept as their hash: an index takes no more than some of it. */
const LONGEST_ID = 200;

/**
 * Makes of what a vendor says the event that is stored: ids that cannot be ours and addresses that are none are left
 * out.
 */
export function toNewDeliveryEvent(evidence: DeliveryEvent): NewDeliveryEvent {
  const { eventId, factId, kind, channel, at, messageId, providerMessageId, reason, suppress, pausesSender, detail } =
    evidence;
  const { vendorId } = evidence;
  const address = addressOf(channel, evidence.address);
  return {
    eventId: shortened(eventId),
    factId: factId === undefined ? null : shortened(factId),
    kind,
    receipt: RECEIPT_OF[kind],
    channel,
    at: at !== null && Number.isFinite(at.getTime()) ? at : null,
    messageId: messageId !== undefined && UUID.test(messageId) ? messageId.toLowerCase() : null,
    providerMessageId: providerMessageId ?? null,
    address,
    spellings: spellingsOf(channel, address).slice(1),
    vendorId: vendorId === undefined ? null : shortened(vendorId),
    writtenTo: sendersOf(channel, addressOf(channel, evidence.writtenTo)),
    reason: reason ?? null,
    suppress: suppress ?? null,
    scope: evidence.suppressScope,
    pausesSender: pausesSender ?? false,
    detail: detail ?? null,
  };
}

function shortened(id: string): string {
  return id.length <= LONGEST_ID ? id : createHash('sha256').update(id).digest('base64url');
}

/**
 * As it is stored elsewhere, so that it is found. A number that no plan has (any more) is still somebody's: vendors
 * name people by such.
 */
function addressOf(channel: Channel, address: string | undefined): string | null {
  if (address === undefined) return null;
  try {
    return normalizeAddress(channel, address);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return isByPhone(channel) && PHONE.test(address) ? address : null;
  }
}

/** Tells whether a channel's addresses are telephone numbers. */
function isByPhone(channel: Channel): boolean {
  return CHANNEL[channel].address === 'phone';
}

/** All under which the same person may be known, the given one first. */
function spellingsOf(channel: Channel, address: string | null): string[] {
  if (address === null) return [];
  return isByPhone(channel) ? phoneSpellings(address) : [address];
}

/** As senders may be written that are meant by a number: short codes have no +. */
function sendersOf(channel: Channel, address: string | null): string[] {
  const spellings = spellingsOf(channel, address);
  return address !== null && SHORT.test(address) ? [...spellings, address.slice(1)] : spellings;
}
