import { describe, expect, it } from 'vitest';
import { enhancedCode, meaningOf } from './smtp.errors.js';

function meaning(text: string, stage = 'RCPT TO'): object {
  const reply = { code: Number(text.slice(0, 3)), enhanced: enhancedCode(text), stage, text };
  return meaningOf({ ...reply, recipient: 'kate@example.com' });
}

describe('what a refusal means', () => {
  it.each([
    ['550 5.1.1 no such user', { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' }],
    ['550 5.1.2 no such domain', { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' }],
    ['556 5.1.10 takes no mail', { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' }],
    ['550 no such user', { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' }],
    ['550 5.2.1 User Unknown', { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' }],
    ['550 no', { kind: 'rejected', reason: 'mailbox_unavailable' }],
    ['551 5.3.0 no', { kind: 'rejected', reason: 'mailbox_unavailable' }],
    ['521 Go away', { kind: 'rejected', reason: 'refused' }],
    ['550 5.1.20 Multiple From', { kind: 'rejected', reason: 'sender_refused' }],
    ['550 5.1.0 address rejected', { kind: 'rejected', reason: 'mailbox_unavailable' }],
    ['550 5.7.1 blocked, see our list', { kind: 'rejected', reason: 'policy_rejected' }],
    ['552 5.2.2 over quota', { kind: 'retry', reason: 'mailbox_full' }],
    ['552 Message size exceeds fixed limit', { kind: 'rejected', reason: 'message_too_large' }],
    ['550 5.6.1 eight bits', { kind: 'rejected', reason: 'content_rejected' }],
    ['552 over quota', { kind: 'retry', reason: 'mailbox_full' }],
    ['550 5.2.1 disabled', { kind: 'rejected', reason: 'mailbox_disabled' }],
    ['552 5.3.4 too big', { kind: 'rejected', reason: 'message_too_large' }],
    ['553 syntax', { kind: 'rejected', reason: 'bad_address' }],
    ['554 no', { kind: 'rejected', reason: 'refused' }],
    ['599 never heard of', { kind: 'rejected', reason: 'refused' }],
    ['421 4.7.0 slow down', { kind: 'retry', reason: 'policy_deferred' }],
    ['421 closing', { kind: 'retry', reason: 'server_unavailable' }],
    ['450 busy', { kind: 'retry', reason: 'mailbox_busy' }],
    ['451 error', { kind: 'retry', reason: 'temporary_failure' }],
    ['452 storage', { kind: 'retry', reason: 'server_out_of_storage' }],
    ['452 4.2.2 full', { kind: 'retry', reason: 'mailbox_full' }],
    ['499 never heard of', { kind: 'retry', reason: 'temporary_failure' }],
    ['503 5.5.1 out of step', { kind: 'retry', reason: 'protocol_error' }],
    ['535 5.7.8 bad credentials', { kind: 'retry', reason: 'authentication_failed' }],
  ])('%s', (text, expected) => {
    expect(meaning(text)).toEqual(expected);
  });

  it('never ends a message by a 4xx, whatever stands beside it', () => {
    expect(meaning('450 5.1.1 no such user')).toEqual({ kind: 'retry', reason: 'mailbox_busy' });
    expect(meaning('451 5.7.1 policy')).toEqual({ kind: 'retry', reason: 'temporary_failure' });
  });

  it('never suppresses a recipient for what is said of the sender or of us', () => {
    expect(meaning('550 5.1.8 sender domain unknown')).toEqual({ kind: 'rejected', reason: 'sender_refused' });
    expect(meaning('550 5.1.1 unknown', 'MAIL FROM')).not.toHaveProperty('suppress');
    expect(meaning('550 5.1.1 Sender verify failed')).not.toHaveProperty('suppress');
    expect(meaning('550 5.7.27 Sender address has null MX')).not.toHaveProperty('suppress');
    const dns = '550 5.1.2 Name service error for name=relay.mycompany.internal type=A: Host not found';
    expect(meaning(dns)).not.toHaveProperty('suppress');
    expect(meaning('550 5.7.26 not authenticated')).not.toHaveProperty('suppress');
  });

  it('takes 552 before a recipient was named for the size of the message (RFC 1870)', () => {
    expect(meaning('552 no', 'MAIL FROM')).toEqual({ kind: 'rejected', reason: 'message_too_large' });
    expect(meaning('552 no', 'DATA')).toEqual({ kind: 'retry', reason: 'mailbox_full' });
  });

  it('asks for more than words after the message: filters say the same', () => {
    expect(meaning('550 no such user', 'DATA')).not.toHaveProperty('suppress');
    expect(meaning('550 5.1.1 no such user', 'DATA')).toHaveProperty('suppress', 'invalid');
  });

  it.each([
    ['CONN', 'server_unavailable'],
    ['EHLO', 'server_unavailable'],
    ['STARTTLS', 'tls_failed'],
    ['AUTH LOGIN', 'authentication_failed'],
  ])('takes a 5xx at %s for a matter of the session: retry', (stage, reason) => {
    expect(meaning('554 5.7.1 go away', stage)).toEqual({ kind: 'retry', reason });
  });
});

describe('the enhanced code', () => {
  it.each([
    ['550 5.1.1 no', '5.1.1'],
    ['550-5.7.26 long', '5.7.26'],
    ['550 5.1.1', '5.1.1'],
    ['550 10.1.1.1 is listed', undefined],
    ['550 5.1.1.1 is listed', undefined],
    ['550 no 5.1.1', undefined],
  ])('%s: %s', (text, code) => {
    expect(enhancedCode(text)).toBe(code);
  });
});
