import { byCode } from '../by-code.js';
import type { BounceReason } from './bounce-reasons.js';

/** RFC 3463 and those registered since, without the class before the first dot. */
const BY_DETAIL = byCode<BounceReason>(
  ['bad_address', '1.1', '1.3'],
  ['bad_domain', '1.2', '4.4', '4.310'],
  ['mailbox_moved', '1.6', '7.17'],
  // 1.20: of several addresses in From. 7.27: the sender's domain has a null MX (RFC 7505).
  ['sender_refused', '1.7', '1.8', '1.20', '7.27'],
  // RFC 7505: null MX. Exchange says it of unknown recipients, in words too.
  ['domain_takes_no_mail', '1.10'],
  ['mailbox_disabled', '2.1', '7.13'],
  ['mailbox_full', '2.2'],
  ['message_too_large', '2.3', '3.4'],
  ['server_out_of_storage', '3.1'],
  ['server_unavailable', '3.2', '4.5'],
  ['network_error', '4.0', '4.1', '4.2', '4.3', '4.6', '4.14', '4.312'],
  ['delivery_timed_out', '4.7', '4.316'],
  ['vendor_rate_limited', '5.3', '7.28'],
  ['recipient_blocks_sender', '7.2'],
  ['sender_unauthenticated', '7.20', '7.21', '7.22', '7.23', '7.24', '7.26', '7.509', '7.515'],
  ['sender_blocked', '7.25'],
);

/** By the digit after the class, where the detail is not known. */
const BY_SUBJECT: Readonly<Record<string, BounceReason>> = {
  // Of addresses, but it does not say of whose.
  1: 'recipient_refused',
  2: 'mailbox_unavailable',
  3: 'server_error',
  4: 'network_error',
  5: 'protocol_error',
  6: 'content_rejected',
  7: 'policy_rejected',
};

/**
 * RFC 5321 and 7504. None of them says that an address is dead: 521 "go away" and 551 "not local" are said to us as
 * well.
 */
const BY_REPLY = byCode<BounceReason>(
  ['server_unavailable', 421],
  ['mailbox_busy', 450],
  ['temporary_failure', 451],
  ['server_out_of_storage', 452],
  ['protocol_error', 500, 501, 502, 503, 504],
  ['mailbox_unavailable', 550],
  ['recipient_refused', 551, 553],
  ['mailbox_full', 552],
  ['refused', 521, 554, 556],
);

/**
 * Tells whether a status says no more than that something failed: `5.0.0`, `4.1.0`; Exchange's 5.1.351 only repeats
 * what another server said.
 */
export function isGeneralStatus(status: string): boolean {
  return /^\d\.0\.|^\d\.[^6]\.0$|^5\.5\.|^\d\.9\d\d\.|^5\.1\.351$/.test(status);
}

/**
 * The codes that say of an address that it does not exist, cannot be, or was given up: the only ones that suppress it.
 */
const OF_DEAD_ADDRESSES = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10']);

export function saysAddressIsDead(status: string): boolean {
  return OF_DEAD_ADDRESSES.has(status);
}

/**
 * Tells whether a status says that the matter is another than the address, whatever stands beside it: the sender
 * (5.1.7, 5.1.8), a mailbox that is full (5.2.2), the way, the protocol, the content, a policy. A mailbox that is
 * disabled (5.2.1) speaks against nothing: servers give it for users they do not know.
 */
export function isOfAnotherMatter(status: string): boolean {
  if (saysAddressIsDead(status) || /^\d\.[0-5]\.0$|^\d\.0\.|^\d\.9\d\d\.|^5\.(?:1\.351|2\.1)$/.test(status))
    return false;
  return /^5\.[1-7]\./.test(status);
}

/** @param general asks what a status that says hardly anything may mean */
export function reasonOfStatus(status: string | undefined, general = false): BounceReason | undefined {
  if (status === undefined || isGeneralStatus(status) !== general) return undefined;
  const [, subject = '', detail = ''] = status.split('.');
  const found = BY_DETAIL[`${subject}.${detail}`] ?? BY_SUBJECT[subject];
  return found === 'policy_rejected' && status.startsWith('4') ? 'policy_deferred' : found;
}

export function reasonOfReplyCode(code: string | undefined): BounceReason | undefined {
  return code === undefined ? undefined : BY_REPLY[code];
}
