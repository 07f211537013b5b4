import type { Outcome } from '@outbell/shared/outcome.js';
import { describe, expect, it } from 'vitest';
import { isConnectionFault, mayMoveOn } from './connection-fault.js';

const retry = (reason: string): Outcome => ({ kind: 'retry', reason });
const unknown = (reason: string): Outcome => ({ kind: 'unknown', reason });

describe('what may move on to another connection', () => {
  it.each([
    'connection_refused',
    'timeout',
    'tls_failed',
    'dns_failed',
    'authentication_failed',
    'vendor_rate_limited',
    'vendor_queue_full',
  ])('is what was proven not sent by %s', (reason) => expect(mayMoveOn(retry(reason))).toBe(true));

  it.each(['mailbox_busy', 'mailbox_full', 'policy_deferred'])('is not what any connection would meet: %s', (reason) =>
    expect(mayMoveOn(retry(reason))).toBe(false),
  );

  it.each<Outcome>([
    { kind: 'rejected', reason: 'sender_refused' },
    { kind: 'rejected', reason: 'template_refused' },
    { kind: 'rejected', reason: 'address_not_in_sandbox' },
    { kind: 'rejected', reason: 'bad_token', onlyHere: true },
  ])('is what the connection’s account alone was refused for: %j', (outcome) => expect(mayMoveOn(outcome)).toBe(true));

  it.each<Outcome>([
    unknown('vendor_error'),
    { kind: 'rejected', reason: 'bad_token' },
    { kind: 'rejected', reason: 'connection_refused' },
    { kind: 'deferred', reason: 'vendor_busy', afterMs: 1 },
    { kind: 'sent' },
  ])('is nothing that was not proven unsent for now: %j', (outcome) => expect(mayMoveOn(outcome)).toBe(false));
});

describe('what counts as a fault of the connection', () => {
  it.each<Outcome>([
    retry('connection_refused'),
    retry('server_unavailable'),
    retry('authentication_failed'),
    retry('session_stopped'),
    retry('client_too_old'),
    { ...retry('server_unavailable'), detail: { stage: 'CONN' } },
    { ...retry('connection_lost'), detail: { stage: 'DATA' } },
    unknown('vendor_error'),
    unknown('no_reply_after_data'),
  ])('%j', (outcome) => expect(isConnectionFault(outcome)).toBe(true));

  it.each<Outcome>([
    { kind: 'sent' },
    { kind: 'rejected', reason: 'bad_address' },
    retry('vendor_rate_limited'),
    retry('vendor_queue_full'),
    retry('mailbox_busy'),
    retry('subscription_refused'),
    retry('a_word_of_a_new_vendor'),
    { ...retry('server_unavailable'), detail: { stage: 'RCPT TO' } },
    { ...retry('protocol_error'), detail: { stage: 'DATA' } },
    unknown('provider_threw'),
  ])('not %j', (outcome) => expect(isConnectionFault(outcome)).toBe(false));
});
