import type { Outcome } from '@outbell/shared/outcome.js';

/** Refusals for now that speak of the recipient or the message: any connection would meet them. */
const OF_THE_MESSAGE = new Set(['mailbox_busy', 'mailbox_full', 'policy_deferred']);

/**
 * Proven not sent, because of what is wrong with the connection: its server is not reached or not in service, it does
 * not sign in, its account or session may not send. A closed list: what is not here speaks of the recipient, the
 * message or the moment, and takes nobody's way out.
 */
const FAULTS = new Set([
  'account_locked',
  'authentication_failed',
  'client_too_old',
  'connection_lost',
  'connection_refused',
  'dns_failed',
  'number_paused',
  'number_restricted',
  'protocol_error',
  'quota_exceeded',
  'server_unavailable',
  'session_disconnected',
  'session_not_paired',
  'session_stopped',
  'session_unknown',
  'timeout',
  'tls_failed',
  'unreadable_reply',
]);

/**
 * Replies of a mail server that speak of itself, unless they answer to a recipient or a message: from there on it may
 * pass on what the recipient's own server says. Should it be out of service itself, its next greeting says so.
 */
const OF_A_SERVER = new Set(['server_unavailable', 'protocol_error']);
const RECIPIENT_STAGES = /^(RCPT|DATA)/;

/** Silences and failures after which nobody knows what became of the message: a vendor in trouble. */
const SILENCES = new Set(['vendor_error', 'no_reply_after_data', 'timeout']);

/**
 * Refusals for good that speak of the connection's account: another may have the sender, the template, or the right to
 * write there.
 */
const OF_THE_ACCOUNT = new Set([
  'address_not_in_sandbox',
  'sender_refused',
  'template_not_supported',
  'template_refused',
]);

/**
 * Tells whether another connection may take it at once: it is proven not sent, and that was not for the message's own
 * sake.
 */
export function mayMoveOn(outcome: Outcome): boolean {
  if (outcome.kind === 'rejected') return outcome.onlyHere === true || OF_THE_ACCOUNT.has(outcome.reason);
  return outcome.kind === 'retry' && !OF_THE_MESSAGE.has(outcome.reason);
}

/** Tells whether the connection itself is at fault. Many in a row, and it is out of order. */
export function isConnectionFault(outcome: Outcome): boolean {
  if (outcome.kind === 'unknown') return SILENCES.has(outcome.reason);
  return outcome.kind === 'retry' && FAULTS.has(outcome.reason) && !isOfTheRecipient(outcome);
}

function isOfTheRecipient({ reason, detail }: Extract<Outcome, { kind: 'retry' }>): boolean {
  return OF_A_SERVER.has(reason) && RECIPIENT_STAGES.test(String(detail?.['stage'] ?? ''));
}
