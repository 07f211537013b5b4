/** The steps a delivery takes, in this order. */
export const DELIVERY_STEPS = [
  'schedule',
  'queue',
  'suppression',
  'expiry',
  'sender',
  'connection',
  'limits',
  'content',
  'provider',
  'receipt',
] as const;
export type DeliveryStep = (typeof DELIVERY_STEPS)[number];

/**
 * Our own reasons for a message not to be sent (yet), the step at which each is found, and what it says to a person. All other reasons
 * come from providers, and are found at the step `provider`.
 */
export const REASONS = {
  canceled_by_tenant: { step: 'queue', text: 'it was canceled' },
  worker_lost: { step: 'queue', text: 'its worker died before calling the provider' },
  connection_closing: { step: 'queue', text: 'its worker was closing the connection' },
  worker_overslept: { step: 'queue', text: 'its worker was stopped for a while, just before calling the provider' },
  recipient_unsubscribed: { step: 'suppression', text: 'the recipient has unsubscribed' },
  recipient_bounced: { step: 'suppression', text: 'the address has bounced before' },
  recipient_invalid: { step: 'suppression', text: 'the address does not exist' },
  recipient_complained: { step: 'suppression', text: 'the recipient has complained' },
  recipient_blocked: { step: 'suppression', text: 'the address was blocked by hand' },
  expired: { step: 'expiry', text: 'its time had passed before it could be sent' },
  sender_paused: { step: 'sender', text: 'its sender is paused' },
  tenant_paused: {
    step: 'sender',
    text: 'the tenant is paused: too many of its messages failed, or were complained of',
  },
  no_connection: { step: 'connection', text: 'the tenant has no active connection for the channel' },
  connection_unusable: { step: 'connection', text: 'the credentials of the connection cannot be opened' },
  no_matching_connection: { step: 'connection', text: 'none of the tenant’s connections is meant for such a message' },
  all_routes_down: {
    step: 'connection',
    text: 'all connections that could take it are out of order; they are tried again',
  },
  connection_down: { step: 'connection', text: 'its connection went out of order before its turn came' },
  rate_limited: { step: 'limits', text: 'a rate limit is used up; a later slot is booked' },
  limiter_away: { step: 'limits', text: 'the rate limiter cannot be reached' },
  missing_variable: { step: 'content', text: 'the template asks for a variable that was not given' },
  not_printable: { step: 'content', text: 'the template prints a variable that is not a text' },
  output_too_large: { step: 'content', text: 'the rendered content is too large' },
  too_many_steps: { step: 'content', text: 'the template takes too many steps to render' },
  line_break_in_subject: { step: 'content', text: 'a variable brought a line break into the subject' },
  template_error: { step: 'content', text: 'the template cannot be rendered' },
  not_renderable: { step: 'content', text: 'the content cannot be rendered' },
  vendor_busy: { step: 'provider', text: 'the provider was too slow for its turn to come' },
  not_repeatable: {
    step: 'provider',
    text: 'it may have been sent, and can no longer be repeated so that it counts once',
  },
  worker_lost_while_sending: { step: 'provider', text: 'its worker died while the provider was called' },
  provider_threw: { step: 'provider', text: 'the provider adapter failed unexpectedly' },
} as const satisfies Record<string, { step: DeliveryStep; text: string }>;

export type Reason = keyof typeof REASONS;

export function isOurs(reason: string): reason is Reason {
  return Object.hasOwn(REASONS, reason);
}

/**
 * What the words of providers say to a person. A new vendor's word needs no entry here; but where nobody said anything (the server was not
 * reached) it should have one.
 */
export const PROVIDER_REASONS: Readonly<Record<string, string>> = {
  bad_address: 'the provider says that there is no such address',
  mailbox_unavailable: 'the provider says that the mailbox is not available',
  mailbox_disabled: 'the provider says that the mailbox is disabled',
  mailbox_busy: 'the provider says that the mailbox is busy',
  mailbox_full: 'the provider says that the mailbox is full',
  message_too_large: 'the provider says that the message is too large',
  sender_refused: 'the provider does not accept the sender’s address',
  policy_rejected: 'the provider’s rules forbid it',
  policy_deferred: 'the provider’s rules do not allow it now',
  refused: 'the provider refused it without saying why',
  temporary_failure: 'the provider cannot take it now',
  vendor_rate_limited: 'the provider wants fewer messages in this time',
  vendor_error: 'the provider failed, and did not say whether it took it',
  server_unavailable: 'the provider’s server takes nothing now',
  server_out_of_storage: 'the provider’s server is out of storage',
  address_not_allowed: 'the connection’s server is at an address that must not be called',
  invalid_header: 'a subject, name or header holds what none may hold, such as a line break',
  invalid_address: 'the address of its sender or recipient cannot be written to a provider',
  authentication_failed: 'the provider does not accept the connection’s credentials',
  dns_failed: 'the name of the provider’s server cannot be resolved',
  connection_refused: 'the provider’s server refuses connections',
  connection_lost: 'the connection to the provider broke before all was handed over',
  tls_failed: 'no encrypted connection to the provider could be made',
  timeout: 'the provider did not answer in time',
  protocol_error: 'the provider’s answer was none that its protocol has',
  no_reply_after_data: 'all was handed over, and the provider did not say whether it took it',
  unreadable_reply: 'what the provider replied does not say whether it took it',
};

/** A reason in words for a person. */
export function wordsOf(reason: string): string {
  if (isOurs(reason)) return REASONS[reason].text;
  return (Object.hasOwn(PROVIDER_REASONS, reason) && PROVIDER_REASONS[reason]) || `the provider said ${reason}`;
}
