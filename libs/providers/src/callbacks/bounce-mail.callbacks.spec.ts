import { describe, expect, it } from 'vitest';
import { UnreadableCallbackError } from '../callback.js';
import { bounceMailCallbacks } from './bounce-mail.callbacks.js';
import { feedback, ID, reply, report, words } from './testing/bounce-mails.js';
import { callbackRequest } from './testing/callback-request.js';

function read(mail: string | Buffer): object[] {
  return bounceMailCallbacks.read(callbackRequest({ body: mail }));
}

/** "The address of the recipient could not be found", in the charset of Japanese mail. */
const JAPANESE = Buffer.concat([
  Buffer.from(
    words('<kate@example.com>:', '', 'Content-Type: text/plain; charset=iso-2022-jp\n')
      .split('\n\n')
      .slice(0, 2)
      .join('\n\n'),
  ),
  Buffer.from('\n'),
  Buffer.from(
    '1b244230384068244e2561213c256b25222549256c2539242c382b2444242b246a245e243b247324472437243f21231b2842',
    'hex',
  ),
]);

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
    const [evidence] = read(report(fields));
    expect(evidence).toMatchObject({ kind: 'deferred', reason: 'mailbox_full' });
    expect(evidence).not.toHaveProperty('suppress');
  });

  it('tells of several recipients, each with its own reason, and of each once', () => {
    const full = 'Final-Recipient: rfc822; bob@example.com\nAction: failed\nStatus: 5.2.2';
    expect(read(report(`${UNKNOWN}\n\n${full}\n\n${UNKNOWN}`))).toMatchObject([
      { address: 'kate@example.com', reason: 'bad_address' },
      { address: 'bob@example.com', reason: 'mailbox_full' },
    ]);
  });

  it('names the address we wrote to where the last one is a machine’s own', () => {
    const fields = `Original-Recipient: rfc822;kate@example.com
Final-Recipient: rfc822;@relay.example.com:kate@store
Action: failed
Status: 5.2.0 (LMTP transmission failure has occurred)`;
    expect(read(report(fields))).toMatchObject([{ address: 'kate@example.com' }]);
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

  it('has the same event when it comes again, and another for another', () => {
    const [first, again, other] = [UNKNOWN, UNKNOWN, UNKNOWN.replaceAll('kate', 'bob')].map(
      (fields) => (read(report(fields))[0] as { eventId: string }).eventId,
    );
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe('a bounce in words', () => {
  it.each([
    [
      'Exim',
      words(
        `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  kate@example.com
    SMTP error from remote mail server after RCPT TO:<kate@example.com>:
    host mx.example.com [192.0.2.2]: 550 No such user here`,
        undefined,
        'X-Failed-Recipients: kate@example.com\nAuto-Submitted: auto-replied\n',
      ),
      { reason: 'bad_address', suppress: 'invalid' },
    ],
    [
      'qmail',
      words(
        `Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.

<kate@example.com>:
Sorry, no mailbox here by that name. (#5.1.1)`,
        '--- Below this line is a copy of the message.',
      ),
      { reason: 'bad_address' },
    ],
    [
      'Exchange',
      words(
        `Your message

  To:      news@list.example
  Subject: Hello

did not reach the following recipient(s):

kate@example.com on Thu, 26 Nov 2026 10:00:05 -0000
    The recipient name is not recognized`,
        '',
      ),
      { reason: 'bad_address' },
    ],
    [
      'Gmail',
      words(
        `Delivery to the following recipient failed permanently:

     kate@example.com

Technical details of permanent failure:
552-5.2.2 The recipient's inbox is out of storage space`,
        '----- Original message -----',
      ),
      { reason: 'mailbox_full' },
    ],
    [
      'Yahoo',
      words(
        `Message from yahoo.example.
Unable to deliver message to the following address(es).

<kate@example.com>:
This user doesn't have a yahoo.example account (kate@example.com) [0]`,
        '--- Original message follows.',
      ),
      { reason: 'bad_address' },
    ],
    [
      'Sendmail',
      words(`   ----- The following addresses had permanent fatal errors -----
<kate@example.com>

   ----- Transcript of session follows -----
554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org`),
      { reason: 'sender_blocked', pausesSender: true },
    ],
    ['French', words('<kate@example.com>: 550 5.5.0 Adresse destinataire invalide.'), { reason: 'bad_address' }],
    ['German', words('<kate@example.com>: 552 Das Postfach ist voll'), { reason: 'mailbox_full' }],
    ['Japanese', JAPANESE, { reason: 'bad_address' }],
  ] as [string, string | Buffer, object][])('of %s', (_, mail, evidence) => {
    const [first, ...rest] = read(mail);
    expect(first).toMatchObject({ kind: 'bounced', address: 'kate@example.com', ...evidence });
    expect(rest).toEqual([]);
  });

  it('finds our message in the copy', () => {
    expect(read(words('<kate@example.com>: no such user'))).toMatchObject([{ messageId: ID }]);
  });

  it('needs to name nobody when our message is in it', () => {
    const nobody = words('Your mail could not be delivered to screenname: user unknown').replace(
      'To: kate@example.com\n',
      '',
    );
    expect(read(nobody)).toMatchObject([{ messageId: ID, address: undefined, reason: 'bad_address' }]);
    expect(read(nobody.replace(ID, 'somebody-else'))).toEqual([]);
  });

  it('only warns while it still tries', () => {
    const text = `<kate@example.com>: host mx.example.com said: 451 busy
No action is required on your part. Delivery attempts will continue for some time.`;
    expect(read(words(text))).toMatchObject([{ kind: 'deferred', address: 'kate@example.com' }]);
  });

  it('keeps no address in its detail', () => {
    const text = '<kate@example.com>: 550 <kate@example.com> forwards to <bob@example.org>: no such user';
    expect(JSON.stringify((read(words(text))[0] as { detail: object }).detail)).not.toMatch(/kate|bob/);
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
