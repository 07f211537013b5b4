import { describe, expect, it } from 'vitest';
import { UnreadableCallbackError } from '../callback.js';
import { bounceMailCallbacks } from './bounce-mail.callbacks.js';
import { feedback, ID, receipt, reply, report } from './testing/bounce-mails.js';
import { callbackRequest } from '../callbacks/testing/callback-request.js';

function read(mail: string | Buffer): object[] {
  return bounceMailCallbacks.read(callbackRequest({ body: mail }));
}

const UNKNOWN = `Final-Recipient: rfc822; kate@example.com
Original-Recipient: rfc822;kate@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <kate@example.com>: Recipient address
    rejected: User unknown`;

describe('a delivery report', () => {
  it('says whom it was for, why, and of which message', () => {
    expect(read(report(UNKNOWN))).toEqual([
      {
        channel: 'email',
        kind: 'bounced',
        eventId: expect.any(String),
        at: new Date('2026-11-26T10:00:05Z'),
        messageId: ID,
        address: 'kate@example.com',
        reason: 'bad_address',
        suppress: 'invalid',
        detail: {
          status: '5.1.1',
          class: 'hard',
          reply: '550 5.1.1 <[removed]>: Recipient address rejected: User unknown',
        },
      },
    ]);
  });

  it.each([
    ['\r\n', UNKNOWN],
    ['\r', UNKNOWN],
  ])('comes in lines that end with %j too', (end, fields) => {
    expect(read(report(fields).replaceAll('\n', end))).toMatchObject([{ messageId: ID, reason: 'bad_address' }]);
  });

  it.each(['delivered', 'relayed', 'expanded'])('may say that it was %s', (action) => {
    const fields = `Final-Recipient: rfc822; kate@example.com\nAction: ${action}\nStatus: 2.0.0`;
    expect(read(report(fields))).toMatchObject([{ kind: 'delivered', address: 'kate@example.com', messageId: ID }]);
  });

  it('may say that it is delayed', () => {
    const fields = 'Final-Recipient: rfc822; kate@example.com\nAction: delayed\nStatus: 4.2.2';
    const [event] = read(report(fields));
    expect(event).toMatchObject({ kind: 'deferred', reason: 'mailbox_full' });
    expect(event).not.toHaveProperty('suppress');
  });

  it('tells of several recipients, each with its own reason, and of each once', () => {
    const full = 'Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.2.2';
    expect(read(report(`${UNKNOWN}\n\n${full}\n\n${UNKNOWN}`))).toMatchObject([
      { address: 'kate@example.com', reason: 'bad_address' },
      { address: 'bob@example.com', reason: 'mailbox_full' },
    ]);
  });

  it('suppresses nobody where it is the address it was sent from that the server does not know', () => {
    const fields = (whose: string) => `Final-Recipient: rfc822; kate@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <${whose}>: user unknown`;
    expect(read(report(fields('news@sender.example')))).toMatchObject([{ reason: 'sender_refused' }]);
    expect(read(report(fields('news@sender.example')))[0]).not.toHaveProperty('suppress');
    expect(read(report(fields('kate@example.com')))).toMatchObject([{ suppress: 'invalid' }]);
  });

  it('names the address we wrote to where the last one is a machine’s own', () => {
    const fields = `Original-Recipient: rfc822;kate@example.com
Final-Recipient: rfc822;@relay.example.com:kate@store
Action: failed
Status: 5.2.0 (LMTP transmission failure has occurred)`;
    expect(read(report(fields))).toMatchObject([{ address: 'kate@example.com' }]);
  });

  it('names the address that failed where the one we wrote to forwards to it (Exim)', () => {
    const fields = 'Action: failed\nFinal-Recipient: rfc822;kate@example.com\nStatus: 5.0.0';
    const text = `The following address(es) failed:

  sam@example.net
    (generated from kate@example.com)
    host mx.example.net [192.0.2.2]
    SMTP error from remote mail server after RCPT TO:<sam@example.net>: 550 5.1.1 User unknown`;
    expect(read(report(fields, text))).toMatchObject([{ address: 'sam@example.net', reason: 'bad_address' }]);
  });

  it('is completed by the words around it', () => {
    const fields = 'Final-Recipient: rfc822; kate@example.com\nAction: failed\nStatus: 5.0.0';
    const text = '<kate@example.com>: host mx.example.com said: 552 the mailbox is over quota';
    expect(read(report(fields, text))).toMatchObject([{ reason: 'mailbox_full' }]);
  });

  it('is found inside of what a gateway wraps around it', () => {
    const wrapped = `From: postmaster@gateway.example
To: news@sender.example
Subject: Mail could not be delivered
Content-Type: multipart/mixed; boundary="g"

--g
Content-Type: message/rfc822

${report(UNKNOWN)}
--g--
`;
    expect(read(wrapped)).toMatchObject([{ address: 'kate@example.com', reason: 'bad_address', messageId: ID }]);
  });

  const RELAYED = '<0102018c-7b3e-4f00-000000@eu-west-1.amazonses.com>';

  it.each([
    ['a header of ours', `Message-ID: ${RELAYED}\nX-Outbell-Message: ${ID}`],
    ['what Gmail keeps', `Message-ID: <x@mx.google.com>\nX-Google-Original-Message-ID: <${ID}@sender.example>`],
  ])('finds our message by %s where a relay gave it another Message-ID', (_, headers) => {
    const copy = `From: news@sender.example\nTo: kate@example.com\n${headers}\n\nHi`;
    expect(read(report(UNKNOWN, undefined, copy))).toMatchObject([{ messageId: ID }]);
  });

  it.each([
    ['of SES', RELAYED, '0102018c-7b3e-4f00-000000'],
    ['of others', '<abc@relay.example>', 'abc@relay.example'],
    ['that is our own', `<${ID}@sender.example>`, undefined],
  ])('names the Message-ID %s, as the relay said it', (_, given, id) => {
    const copy = `From: news@sender.example\nTo: kate@example.com\nMessage-ID: ${given}\n\nHi`;
    expect(read(report(UNKNOWN, undefined, copy))[0]).toHaveProperty('providerMessageId', id);
  });

  it('may be a receipt of a mailbox that did not take it', () => {
    const [event] = read(receipt('was automatically rejected: Quota exceeded (mailbox for user is full)'));
    expect(event).toMatchObject({
      kind: 'bounced',
      reason: 'mailbox_full',
      address: 'kate@example.com',
      messageId: ID,
    });
    expect(event).not.toHaveProperty('suppress');
    expect(read(receipt('was deleted without being read'))).toEqual([]);
  });

  it('has the same event when it comes again, and another for another', () => {
    const [first, again, other] = [UNKNOWN, UNKNOWN, UNKNOWN.replaceAll('kate', 'bob')].map(
      (fields) => (read(report(fields))[0] as { eventId: string }).eventId,
    );
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('a feedback report', () => {
  it.each(['abuse', 'fraud'])('of %s is a complaint', (type) => {
    expect(read(feedback(`Feedback-Type: ${type}\nOriginal-Rcpt-To: <kate@example.com>`))).toMatchObject([
      { kind: 'complained', suppress: 'complaint', address: 'kate@example.com', messageId: ID },
    ]);
  });

  it('finds the recipient in our message where it is not named', () => {
    expect(read(feedback('Feedback-Type: abuse'))).toMatchObject([{ kind: 'complained', address: 'kate@example.com' }]);
  });

  it('may ask to be taken off', () => {
    expect(read(feedback('Feedback-Type: opt-out'))).toMatchObject([{ kind: 'unsubscribed', suppress: 'unsubscribe' }]);
  });

  it.each(['not-spam', 'auth-failure'])('of %s is none', (type) => {
    expect(read(feedback(`Feedback-Type: ${type}`))).toEqual([]);
  });
});

describe('what is no bounce', () => {
  it.each([
    ['out of office', reply('Automatic reply: Hello')],
    ['German', reply('Abwesenheitsnotiz: Hello')],
    ['French', reply('Réponse automatique : Hello', 'Precedence: bulk')],
    ['Japanese', reply('=?utf-8?b?6Ieq5YuV5b+c562U?=', 'X-Autoreply: yes')],
    [
      'a thank you',
      reply('Thank you for your e-mail', 'Precedence: bulk', 'I will answer soon.\n\nKate\nkate@example.com'),
    ],
    ['a person', reply('Re: Hello', 'X-Mailer: Mail')],
    [
      'a read receipt',
      `From: kate@example.com
Subject: Read: Hello
Content-Type: multipart/report; report-type=disposition-notification; boundary=d

--d
Content-Type: message/disposition-notification

Final-Recipient: rfc822;kate@example.com
Disposition: manual-action/MDN-sent-manually; displayed

--d--
`,
    ],
  ])('%s', (_, mail) => {
    expect(read(mail)).toEqual([]);
  });

  it.each(['', '\n\n', 'no mail at all', '{"event":"bounce"}'])('is refused when it is no mail: %j', (mail) => {
    expect(() => read(mail)).toThrow(UnreadableCallbackError);
  });
});

describe('a mail made to keep us busy', () => {
  const addresses = Array.from({ length: 60_000 }, (_, number) => `u${number}@example.org`);
  const head = 'From: MAILER-DAEMON@example.com\nSubject: Undelivered\n';

  it.each([
    ['thousands in its words', `${head}\n${addresses.map((address) => `<${address}>`).join('\n')}`],
    ['thousands in its headers', `${head}X-Failed-Recipients: ${addresses.join(',')}\n\n${addresses.join('\n')}`],
    [
      'thousands in its report',
      `${head}\n${addresses.map((address) => `Final-Recipient: rfc822;${address}\nAction: failed\n`).join('\n')}`,
    ],
    ['nobody, in a million headers', `${head}${'a: b\n'.repeat(400_000)}\nno such user`],
  ])('is read in a moment: it names %s', (_what, mail) => {
    const begin = performance.now();
    expect(read(mail).length).toBeLessThanOrEqual(100);
    expect(performance.now() - begin).toBeLessThan(5_000);
  });
});
