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

function atStep<Code extends string>(step: DeliveryStep, texts: Record<Code, string>) {
  const entries = Object.entries<string>(texts).map(([reason, text]) => [reason, { step, text }]);
  return Object.fromEntries(entries) as Record<Code, { step: DeliveryStep; text: string }>;
}

/**
 * Our own reasons for a message not to be sent (yet), the step at which each is found, and what it says to a person.
 * All other reasons come from providers, and are found at the step `provider`.
 */
export const REASONS = {
  ...atStep('queue', {
    canceled_by_tenant: 'it was canceled',
    superseded_by_fallback: 'it was still waiting when its fallback on another channel went',
    worker_lost: 'its worker died before calling the provider',
    connection_closing: 'its worker was closing the connection',
    lease_expired_before_send: 'its worker stood still for a while, just before calling the provider',
  }),
  ...atStep('suppression', {
    recipient_unsubscribed: 'the recipient has unsubscribed',
    recipient_bounced: 'the address has bounced before',
    recipient_invalid: 'the address does not exist',
    recipient_complained: 'the recipient has complained',
    recipient_said_no: 'the recipient has refused the message that it stands in for',
    recipient_blocked: 'the address was blocked by hand',
  }),
  ...atStep('expiry', {
    expired: 'its time had passed before it could be sent',
  }),
  ...atStep('sender', {
    sender_paused: 'its sender is paused',
    tenant_paused: 'the tenant is paused: too many of its messages failed, or were complained of',
  }),
  ...atStep('connection', {
    no_connection: 'the tenant has no active connection for the channel',
    no_installation_connection: 'the code goes by the installation’s connections alone, and there is none',
    sender_not_verified_for_installation:
      'the installation’s connections are the only ones there are, and its sender may go by the tenant’s own alone; ' +
      'make a connection, or have the sender verified or granted for the installation’s',
    connection_unusable: 'the credentials of the connection cannot be opened',
    provider_missing: 'this release knows no provider of the connection’s name',
    no_matching_connection: 'none of the tenant’s connections is meant for such a message',
    cannot_carry: 'no connection can send this kind of message, or to this kind of address',
    all_routes_down: 'all connections that could take it are out of order; they are tried again',
    provider_throttled: 'the provider has had too many messages in this time, and is given none for a moment',
    connection_down: 'its connection went out of order while it was waiting for it',
  }),
  ...atStep('limits', {
    rate_limited: 'a rate limit is reached; a later time is reserved for it',
    rate_limiter_unavailable: 'the rate limiter cannot be reached',
  }),
  ...atStep('content', {
    missing_variable: 'the template asks for a variable that was not given',
    not_printable: 'the template prints a variable that is not a text',
    output_too_large: 'the rendered content is too large',
    too_many_steps: 'the template takes too many steps to render',
    line_break_in_subject: 'a variable puts a line break into the subject',
    empty_content: 'the template renders to nothing',
    no_recording: 'the content must be the vendor’s token of a recording',
    text_not_derivable: 'its html is too large or nested too deep to make the plain text of it that must go beside it',
    rendering_postponed: 'the tenant’s messages before it took long to render; it is tried again in a moment',
    template_error: 'the template cannot be rendered',
    not_renderable: 'the content cannot be rendered',
  }),
  ...atStep('provider', {
    vendor_busy: 'the provider is slower than the messages that wait for it; it is tried again',
    not_repeatable: 'it may have been sent, and can no longer be repeated so that it counts once',
    worker_lost_while_sending: 'its worker died while the provider was called',
    provider_threw: 'the provider adapter failed unexpectedly',
  }),
  ...atStep('receipt', {
    provider_gave_up: 'the provider gave it up without saying why',
    bounced: 'it came back without saying why',
    marked_as_spam: 'the recipient has called it unwanted',
  }),
};

export type Reason = keyof typeof REASONS;

export function isOurs(reason: string): reason is Reason {
  return Object.hasOwn(REASONS, reason);
}

/**
 * What the words of providers say to a person. A new vendor's word needs no entry here; but where nobody said anything
 * (the server was not reached) it should have one.
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
  recipient_opted_out: 'the provider says that the recipient wants no messages from this sender',
  phone_failed: 'the telephone that should have sent it did not',
  account_locked: 'the provider has locked the account',
  quota_exceeded: 'what the connection’s account may send in this time is used up',
  refused: 'the provider refused it without saying why',
  temporary_failure: 'the provider cannot take it now',
  vendor_rate_limited: 'the provider wants fewer messages in this time',
  recipient_rate_limited: 'the provider wants fewer messages to this recipient in this time',
  vendor_error: 'the provider failed, and did not say whether it took it',
  server_unavailable: 'the provider’s server takes nothing now',
  server_out_of_storage: 'the provider’s server is out of storage',
  address_not_allowed: 'the connection’s server is at an address that must not be called',
  invalid_header: 'a subject, name or header has a character that is not allowed, such as a line break',
  invalid_address: 'the address of its sender or recipient cannot be written to a provider',
  authentication_failed: 'the provider does not accept the connection’s credentials',
  dns_failed: 'the name of the provider’s server cannot be resolved',
  connection_refused: 'the provider’s server refuses connections',
  connection_lost: 'the connection to the provider broke before all was handed over',
  tls_failed: 'no encrypted connection to the provider could be made',
  timeout: 'the provider did not answer in time',
  protocol_error: 'the provider’s answer does not follow its protocol',
  no_reply_after_data: 'all was handed over, and the provider did not say whether it took it',
  earlier_call_pending: 'the provider still works on an earlier call for the same message',
  earlier_call_differs: 'the provider has had this message before, with other content',
  template_required: 'the recipient has not written for a day: only a template that WhatsApp knows may begin',
  template_refused: 'the provider does not know the template, or not with these parameters',
  not_delivered_by_policy: 'the provider has chosen not to deliver it to this recipient',
  bad_token: 'the provider says that the device’s token is not valid (any more)',
  subscription_refused: 'the push service does not take the connection’s keys for this subscription',
  third_party_auth_failed: 'the provider has no valid credentials of its own for this kind of device (Apple’s, say)',
  keys_do_not_match: 'the public and the private key do not belong together',
  delivery_delayed: 'the recipient’s server has not taken it yet',
  delivery_timed_out: 'the recipient’s server could not be reached for too long',
  undelivered: 'the provider could not deliver it and did not say why',
  suppressed_by_vendor: 'the provider sends nothing to the address any more',
  content_rejected: 'the recipient’s server does not take what is in it',
  spam_detected: 'the recipient’s server takes it for spam',
  virus_detected: 'the recipient’s server found a virus in it',
  rendering_failed: 'the provider could not render its template',
  bad_domain: 'the domain of the address does not exist',
  domain_takes_no_mail: 'the domain of the address takes no mail',
  mailbox_moved: 'the recipient has moved to another address',
  network_error: 'the recipient’s server could not be reached',
  server_error: 'the recipient’s server failed',
  sender_blocked: 'the recipient’s server blocks the server that sent it',
  sender_unauthenticated: 'it fails SPF, DKIM or DMARC of the sender’s domain',
  relaying_denied: 'the server it was handed to takes nothing for that domain',
  recipient_blocks_sender: 'the recipient takes nothing from the sender',
  recipient_refused: 'the server says that the recipient is unknown, in words that spam filters use too',
  recipient_said_start: 'the recipient answered START',
  recipient_said_stop: 'the recipient answered STOP',
  handset_unreachable: 'the telephone could not be reached',
  carrier_filtered: 'the carrier filtered it',
  price_too_high: 'it costs more than the limit set at the provider',
  vendor_queue_full: 'too many messages are waiting at the provider',
  address_not_in_sandbox: 'the provider’s account may write to its registered numbers only',
  session_on_other_worker: 'another worker has the WhatsApp session open, or none yet',
  session_unknown: 'the tenant has no WhatsApp session of that name',
  session_not_paired: 'the WhatsApp session is not linked to a telephone yet',
  session_disconnected: 'the WhatsApp session is not connected now',
  session_stopped: 'the WhatsApp session has ended and must be paired anew',
  client_too_old: 'this version of Outbell is too old for WhatsApp: update it, and start the worker anew',
  new_contacts_used_up: 'the number has written to all the new contacts it may on one day',
  number_restricted: 'the sender’s number was restricted by WhatsApp',
  number_paused: 'the sender’s number was restricted by WhatsApp, and nothing is sent from it for some hours',
  logged_out: 'the telephone has unlinked the WhatsApp session',
  multidevice_mismatch: 'the telephone’s WhatsApp is too old to link sessions',
  pairing_timed_out: 'nobody paired the WhatsApp session in time',
  pairing_failed: 'no connection to WhatsApp could be made for pairing',
  template_not_supported: 'the connection cannot send WhatsApp’s templates',
  unreadable_reply: 'what the provider replied does not say whether it took it',
};

/** A reason in words for a person. */
export function wordsOf(reason: string): string {
  if (isOurs(reason)) return REASONS[reason].text;
  return (Object.hasOwn(PROVIDER_REASONS, reason) && PROVIDER_REASONS[reason]) || `the provider said ${reason}`;
}
