import { describe, expect, it } from 'vitest';
import { bounceMailCallbacks } from './bounce-mail.callbacks.js';
import { ID, words } from './testing/bounce-mails.js';
import { callbackRequest } from '../callbacks/testing/callback-request.js';

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
      'IMail',
      words(
        `To: news@sender.example
Subject: Hello

undeliverable to kate@example.com

Body of message generated response:
550 Invalid recipient`,
        'Original message follows.',
      ),
      { reason: 'bad_address' },
    ],
    [
      'AOL, which lists names of its own',
      words(
        `Your mail to the following recipients could not be delivered because they are not
accepting mail with attachments:
\tkate`,
      ),
      { reason: 'content_rejected' },
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
  ] as [string, string | Buffer, object][])('of %s', (_, mail, event) => {
    const [first, ...rest] = read(mail);
    expect(first).toMatchObject({ kind: 'bounced', address: 'kate@example.com', ...event });
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
