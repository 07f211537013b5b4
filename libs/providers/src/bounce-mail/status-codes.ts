import type { BounceReason } from './bounce-reasons.js';

/** RFC 3463 and those registered since, without the class before the first dot. */
const BY_DETAIL: Readonly<Record<string, BounceReason>> = {
  '1.1': 'bad_address',
  '1.2': 'bad_domain',
  '1.3': 'bad_address',
  '1.6': 'mailbox_moved',
  '1.7': 'sender_refused',
  '1.8': 'sender_refused',
  // Of several addresses in From.
  '1.20': 'sender_refused',
  // RFC 7505: null MX. Exchange says it of unknown recipients, in words too.
  '1.10': 'domain_takes_no_mail',
  '2.1': 'mailbox_disabled',
  '2.2': 'mailbox_full',
  '2.3': 'message_too_large',
  '3.1': 'server_out_of_storage',
  '3.2': 'server_unavailable',
  '3.4': 'message_too_large',
  '4.0': 'network_error',
  '4.1': 'network_error',
  '4.2': 'network_error',
  '4.3': 'network_error',
  '4.4': 'bad_domain',
  '4.5': 'server_unavailable',
  '4.6': 'network_error',
  '4.7': 'delivery_timed_out',
  '4.14': 'network_error',
  '4.310': 'bad_domain',
  '4.312': 'network_error',
  '4.316': 'delivery_timed_out',
  '5.3': 'vendor_rate_limited',
  '7.2': 'recipient_blocks_sender',
  '7.13': 'mailbox_disabled',
  '7.17': 'mailbox_moved',
  '7.20': 'sender_unauthenticated',
  '7.21': 'sender_unauthenticated',
  '7.22': 'sender_unauthenticated',
  '7.23': 'sender_unauthenticated',
  '7.24': 'sender_unauthenticated',
  '7.25': 'sender_blocked',
  '7.26': 'sender_unauthenticated',
  // RFC 7505: the sender's domain has a null MX.
  '7.27': 'sender_refused',
  '7.28': 'vendor_rate_limited',
  '7.509': 'sender_unauthenticated',
  '7.515': 'sender_unauthenticated',
};

/** By the digit after the class, where the detail is not known. */
const BY_SUBJECT: Readonly<Record<string, BounceReason>> = {
  // Of addresses, but it does not say of whose.
  '1': 'recipient_refused',
  '2': 'mailbox_unavailable',
  '3': 'server_error',
  '4': 'network_error',
  '5': 'protocol_error',
  '6': 'content_rejected',
  '7': 'policy_rejected',
};

/**
 * RFC 5321 and 7504. None of them says that an address is dead: 521 "go away" and 551 "not local" are said to us as
 * well.
 */
const BY_REPLY: Readonly<Record<string, BounceReason>> = {
  421: 'server_unavailable',
  450: 'mailbox_busy',
  451: 'temporary_failure',
  452: 'server_out_of_storage',
  500: 'protocol_error',
  501: 'protocol_error',
  502: 'protocol_error',
  503: 'protocol_error',
  504: 'protocol_error',
  521: 'refused',
  550: 'mailbox_unavailable',
  551: 'recipient_refused',
  552: 'mailbox_full',
  553: 'recipient_refused',
  554: 'refused',
  556: 'refused',
};

/**
 * Whether it says no more than that something failed: `5.0.0`, `4.1.0`; Exchange's 5.1.351 only repeats what another
 * server said.
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
 * Whether it says that the matter is another than the address, whatever stands beside it: the sender (5.1.7, 5.1.8), a
 * mailbox that is full (5.2.2), the way, the protocol, the content, a policy. A mailbox that is disabled (5.2.1) speaks
 * against nothing: servers give it for users they do not know.
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
