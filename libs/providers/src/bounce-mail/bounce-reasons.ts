import type { SuppressionReason } from '@outbell/shared/outcome.js';

/**
 * Meaning of a bounce for the address: `hard`: it will never work; `soft`: it may work tomorrow; `policy`: we are what
 * is refused, or the message; `none`: nothing that is said tells.
 */
export type BounceKind = 'hard' | 'soft' | 'policy' | 'none';

export interface BounceMeaning {
  kind: BounceKind;
  suppress?: SuppressionReason;
  /** Our reputation is at stake: no more from this sender for now. */
  pausesSender?: boolean;
}

/** The words for why something came back, and what each means. */
export const BOUNCE_REASONS = {
  bad_address: { kind: 'hard', suppress: 'invalid' },
  bad_domain: { kind: 'hard', suppress: 'invalid' },
  domain_takes_no_mail: { kind: 'hard', suppress: 'invalid' },
  mailbox_moved: { kind: 'hard', suppress: 'invalid' },
  // RFC 3463: "may be permanent or temporary"; SMTP's own answer suppresses nobody either.
  mailbox_disabled: { kind: 'soft' },
  mailbox_full: { kind: 'soft' },
  mailbox_unavailable: { kind: 'soft' },
  mailbox_busy: { kind: 'soft' },
  server_out_of_storage: { kind: 'soft' },
  server_unavailable: { kind: 'soft' },
  server_error: { kind: 'soft' },
  network_error: { kind: 'soft' },
  delivery_timed_out: { kind: 'soft' },
  vendor_rate_limited: { kind: 'soft' },
  policy_deferred: { kind: 'soft' },
  temporary_failure: { kind: 'soft' },
  // Called unknown, but by what a filter may have said as well: nobody is suppressed on that.
  recipient_refused: { kind: 'soft' },
  recipient_blocks_sender: { kind: 'policy' },
  message_too_large: { kind: 'policy' },
  content_rejected: { kind: 'policy' },
  virus_detected: { kind: 'policy' },
  relaying_denied: { kind: 'policy' },
  sender_refused: { kind: 'policy' },
  protocol_error: { kind: 'policy' },
  policy_rejected: { kind: 'policy', pausesSender: true },
  spam_detected: { kind: 'policy', pausesSender: true },
  sender_blocked: { kind: 'policy', pausesSender: true },
  sender_unauthenticated: { kind: 'policy', pausesSender: true },
  refused: { kind: 'none' },
  undelivered: { kind: 'none' },
} as const satisfies Record<string, BounceMeaning>;

export type BounceReason = keyof typeof BOUNCE_REASONS;

/**
 * A reason, and how servers say it, in lower case with addresses as `@`: patterns, and lists of phrases that stand as
 * they are, separated by commas.
 */
export type Wording = readonly [reason: BounceReason, ...sayings: readonly (RegExp | string)[]];
