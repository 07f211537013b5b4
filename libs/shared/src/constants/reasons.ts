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
 * come from providers.
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
  no_connection: { step: 'connection', text: 'the tenant has no active connection for the channel' },
  connection_unusable: { step: 'connection', text: 'the credentials of the connection cannot be opened' },
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
  worker_lost_while_sending: { step: 'provider', text: 'its worker died while the provider was called' },
  provider_threw: { step: 'provider', text: 'the provider adapter failed unexpectedly' },
} as const satisfies Record<string, { step: DeliveryStep; text: string }>;

export type Reason = keyof typeof REASONS;

export function isOurs(reason: string): reason is Reason {
  return Object.hasOwn(REASONS, reason);
}
