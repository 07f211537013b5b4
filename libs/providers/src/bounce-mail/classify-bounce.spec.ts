import { describe, expect, it } from 'vitest';
import { classifyBounce } from './classify-bounce.js';

const INVALID = { kind: 'hard', suppress: 'invalid' };
const REPUTATION = { kind: 'policy', pausesSender: true };

describe('codes of RFC 3463', () => {
  it.each([
    ['5.1.1', { reason: 'bad_address', ...INVALID }],
    ['5.1.2', { reason: 'bad_domain', ...INVALID }],
    ['5.1.3', { reason: 'bad_address', ...INVALID }],
    ['5.1.6', { reason: 'mailbox_moved', ...INVALID }],
    ['5.1.10', { reason: 'domain_takes_no_mail', ...INVALID }],
    ['5.2.1', { reason: 'mailbox_disabled', kind: 'soft', suppress: undefined }],
    ['5.2.2', { reason: 'mailbox_full', kind: 'soft' }],
    ['5.3.4', { reason: 'message_too_large', kind: 'policy' }],
    ['5.4.4', { reason: 'network_error', kind: 'soft' }],
    ['5.4.7', { reason: 'delivery_timed_out', kind: 'soft' }],
    ['5.6.1', { reason: 'content_rejected', kind: 'policy' }],
    ['5.7.1', { reason: 'policy_rejected', ...REPUTATION }],
    ['5.7.26', { reason: 'sender_unauthenticated', ...REPUTATION }],
    ['4.1.1', { reason: 'bad_address', kind: 'soft' }],
    ['4.2.2', { reason: 'mailbox_full', kind: 'soft' }],
    ['4.7.1', { reason: 'policy_deferred', kind: 'soft' }],
    ['5.0.0', { reason: 'undelivered', kind: 'none' }],
  ])('%s', (status, verdict) => {
    expect(classifyBounce({ status, text: '' })).toEqual(verdict);
    expect(classifyBounce({ text: `${status.startsWith('4') ? 450 : 550} ${status} no` })).toMatchObject({
      kind: status === '5.0.0' ? 'soft' : verdict.kind,
    });
  });
});

describe('words', () => {
  it.each([
    ['5.7.1', '550 5.7.1 No such user (in reply to RCPT TO command)', 'bad_address', 'hard'],
    ['5.0.0', 'host said: 550 <kate@example.com>: User unknown', 'bad_address', 'hard'],
    ['5.7.0', '552-5.7.0 Our system detected an illegal attachment on your message.', 'content_rejected', 'policy'],
    ['5.7.1', '550 5.7.1 Relaying denied. IP name lookup failed [192.0.2.254]', 'relaying_denied', 'policy'],
    ['5.3.0', '550 mail.local: unknown user: kate', 'bad_address', 'hard'],
    ['5.5.0', '550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)', 'bad_address', 'hard'],
    ['5.4.1', '550 5.4.1 Recipient address rejected: Access denied. [AM7EUR03FT012]', 'bad_address', 'hard'],
    [
      '5.7.1',
      '554 5.7.1 <kate@example.com>: Recipient address rejected: account is disabled',
      'mailbox_disabled',
      'soft',
    ],
    ['5.1.1', '552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417', 'mailbox_full', 'soft'],
    ['5.7.1', '550 5.7.1 [192.0.2.1] likely unsolicited mail', 'spam_detected', 'policy'],
    ['5.0.0', '553 sorry, your domain is in our blacklist', 'sender_blocked', 'policy'],
    ['5.7.0', '550 5.7.0 From domain fails its DMARC policy', 'sender_unauthenticated', 'policy'],
    ['5.1.8', '553 5.1.8 <news@sender.example>... Domain of sender address does not exist', 'sender_refused', 'policy'],
    ['5.0.0', '554 5.7.1 <kate@example.com>: Relay access denied', 'relaying_denied', 'policy'],
    ['5.0.0', 'Name service error for name=example.com type=MX: Host not found', 'bad_domain', 'hard'],
    [
      '5.1.10',
      '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
      'bad_address',
      'hard',
    ],
    [
      '5.7.1',
      'it was rejected by the recipient domain. The error was: 550 5.7.1 SPF fail',
      'sender_unauthenticated',
      'policy',
    ],
    ['5.3.0', 'procmail: Couldn\'t create "/var/mail/kate": no such user', 'server_error', 'soft'],
    ['4.4.1', 'connect to mx.example.com[192.0.2.1]: Connection timed out', 'delivery_timed_out', 'soft'],
    ['5.0.0', '550 Message headers fail syntax check', 'content_rejected', 'policy'],
    ['5.0.0', '550 maximum allowed line length is 998 octets, got 1200', 'content_rejected', 'policy'],
    ['5.0.0', 'Messages without To: fields are not accepted here', 'content_rejected', 'policy'],
    ['5.0.0', 'Mailing to remote domains not supported', 'relaying_denied', 'policy'],
    ['5.0.0', '571 Message Refused', 'policy_rejected', 'policy'],
    ['5.0.0', '550 invalid HELO name', 'sender_blocked', 'policy'],
    ['5.0.0', '535 Authentication failed: unknown user', 'relaying_denied', 'policy'],
    ['5.0.0', '550 From address does not exist', 'sender_refused', 'policy'],
    [
      '5.7.515',
      "Access denied, sending domain doesn't meet the required authentication level",
      'sender_unauthenticated',
      'policy',
    ],
    ['5.0.0', 'Name service error for name=example.com type=MX: Host not found, try again', 'network_error', 'soft'],
    ['5.0.0', 'The recipient was unavailable to take delivery of the message', 'mailbox_unavailable', 'soft'],
    ['5.0.0', '550 too many messages from 192.0.2.1, throttled', 'vendor_rate_limited', 'soft'],
  ])('beside %s: %s', (status, text, reason, kind) => {
    expect(classifyBounce({ status, text, recipient: 'kate@example.com' })).toMatchObject({ reason, kind });
  });

  it('are about the sender where the dialogue says so', () => {
    const text = 'host said: 550 5.1.0 no such domain (in reply to MAIL FROM command)';
    expect(classifyBounce({ text })).toMatchObject({ reason: 'sender_refused' });
    const said = text.replace('MAIL FROM', 'RCPT TO').replace('5.1.0', '5.1.2');
    expect(classifyBounce({ text: said })).toMatchObject({ reason: 'bad_domain' });
  });

  it('never suppress on a code of 4xx', () => {
    expect(classifyBounce({ status: '4.2.1', text: '450 4.2.1 user unknown' })).toEqual({
      reason: 'bad_address',
      kind: 'soft',
    });
    expect(classifyBounce({ status: '4.1.1', text: '450 4.1.1 user unknown' })).toEqual({
      reason: 'bad_address',
      kind: 'soft',
    });
    expect(classifyBounce({ status: '4.4.4', text: 'host not found' })).toMatchObject({ kind: 'soft' });
  });

  it('are those of the server, not those of an address or of a host', () => {
    expect(classifyBounce({ text: '550 5.2.2 <user-unknown@spam.example>: over quota' })).toMatchObject({
      reason: 'mailbox_full',
    });
    expect(classifyBounce({ text: '554 from 10.4.79.181: odd' })).toMatchObject({ kind: 'none' });
  });

  it('come from around when the server’s own say nothing', () => {
    const around = 'Address not found. The address couldn’t be found.';
    expect(classifyBounce({ status: '5.0.0', text: '', around })).toMatchObject({ reason: 'bad_address' });
    expect(classifyBounce({ status: '5.2.2', text: '', around })).toMatchObject({ reason: 'mailbox_full' });
  });
});

describe('an address that is called unknown', () => {
  it.each([
    ['by a code of its own', { status: '5.1.1', text: '550 5.1.1 user unknown (in reply to end of DATA command)' }],
    ['by a code in the words', { status: '5.0.0', text: '550 5.1.10 no such user' }],
    ['in answer to RCPT TO (Postfix)', { text: '550 user unknown (in reply to RCPT TO command)' }],
    ['in answer to RCPT TO (Exim)', { text: 'remote mail server after RCPT TO:<kate@example.com>: 550 unknown user' }],
    [
      'in answer to RCPT TO (qmail)',
      { text: '192.0.2.1 does not like recipient. Remote host said: 550 5.2.1 unknown user' },
    ],
    ['in a transcript', { text: '550 unknown user', around: '>>> RCPT To:<kate@example.com>\n<<< 550 unknown user' }],
    ['by the server that reports', { status: '5.0.0', text: 'kate@example.com: unknown recipient' }],
    ['by Yahoo', { text: "554 delivery error: dd This user doesn't have a yahoo.com account (kate@example.com)" }],
    ['nobody knows when', { text: 'host said: 550 user unknown' }],
    ['under the code of a disabled mailbox', { text: '550 5.2.1 <kate@example.com>... User Unknown' }],
    ['by Orange', { text: '550 5.5.0 Adresse destinataire invalide. Invalid recipient. LPN007_416' }],
  ])('does not exist: %s', (_, facts) => {
    expect(classifyBounce(facts)).toMatchObject({ reason: 'bad_address', ...INVALID });
  });

  it.each([
    ['after the message', { text: '550 user unknown (in reply to end of DATA command)' }],
    ['after the message, in a transcript', { text: '550 user unknown', around: '>>> DATA\n<<< 550 user unknown' }],
    ['under a code of something else', { text: '550 5.4.1 user unknown' }],
    [
      'by KDDI’s filter',
      { status: '5.1.351', text: '550 5.1.351 unknown recipient or mailbox unavailable -> 550 : User unknown' },
    ],
  ])('may be alive, so that nobody is suppressed: %s', (_, facts) => {
    const verdict = classifyBounce(facts);
    expect(verdict).toMatchObject({ reason: 'recipient_refused', kind: 'soft' });
    expect(verdict.suppress).toBeUndefined();
  });

  it('is not the sender’s, or nobody’s before one was named', () => {
    const text =
      'SMTP error from remote mail server after MAIL FROM:<news@example.org>: 553 5.1.0 example.org does not exist';
    expect(classifyBounce({ text })).toMatchObject({ reason: 'sender_refused' });
  });
});

it('reads the lines of one reply as one', () => {
  const text = '550-5.7.1 [192.0.2.1] Messages with multiple 550 5.7.1 addresses in From: header are not accepted';
  expect(classifyBounce({ status: '5.7.1', text })).toMatchObject({ reason: 'content_rejected' });
});

it('takes no server that accepts no mail (RFC 7504) for an address that is dead', () => {
  const verdict = classifyBounce({ text: '521 5.3.2 system not accepting network messages' });
  expect(verdict).toEqual({ reason: 'server_unavailable', kind: 'soft' });
});
