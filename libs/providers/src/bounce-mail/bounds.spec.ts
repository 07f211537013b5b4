import { describe, expect, it } from 'vitest';
import { readBounceMail } from './bounce-mail.callbacks.js';
import { MOST_RECIPIENTS } from './plain-recipients.js';

const SIZE = 10_000_000;
const FROM = 'From: MAILER-DAEMON@example.org\nTo: shop@example.com\nMessage-ID: <x@example.org>\n';
const SUBJECT = 'Subject: Undelivered Mail Returned to Sender\n';

const long = (text: string, size = SIZE) => text.repeat(Math.ceil(size / text.length)).slice(0, size);
const plain = (words: string) => `${FROM}${SUBJECT}\n${words}`;
const report = (words: string, fields: string) =>
  `${FROM}${SUBJECT}Content-Type: multipart/report; boundary=b\n\n--b\n\n${words}\n--b\nContent-Type: ` +
  `message/delivery-status\n\n${fields}\n--b--\n`;
const recipients = (count: number) =>
  Array.from(
    { length: count },
    (_, nth) => `Final-Recipient: rfc822; a${nth}@b.c\nAction: failed\nStatus: 5.1.1\n\n`,
  ).join('');

const MAILS: [string, () => string][] = [
  ...['warning: ', 'a', 'a@', '=?utf-8?b?', ' '].flatMap((text) =>
    ['Subject', 'From', 'References', 'Content-Type', 'X-Filler'].map((name): [string, () => string] => [
      `${name}: ${text}${text}…`,
      () => `${name}: ${long(text, 1_900_000)}\n${FROM}\nbody\n`,
    ]),
  ),
  ['a header in millions of lines', () => `${FROM}X-Filler: ${long('a\n ')}\n\n`],
  ['millions of headers', () => `${FROM}${long('X-Filler: a\n')}\n`],
  ['a name of 10 MB', () => `${FROM}${long('a')}: b\n\n`],
  ['millions of parts', () => `${FROM}Content-Type: multipart/mixed; boundary=b\n\n${long('--b\n\nx\n')}`],
  [
    'parts in parts',
    () =>
      FROM +
      Array.from({ length: 2_000 }, (_, nth) => `Content-Type: multipart/mixed; boundary=b${nth}\n\n--b${nth}\n`).join(
        '',
      ) +
      long('x\n'),
  ],
  ...['- ', '<a@b.c>', '> ', '550 ', 'user unknown ', '----- Original message ', '&lt;', '\n'].map(
    (text): [string, () => string] => [JSON.stringify(text), () => plain(long(text))],
  ),
  [
    'an endless diagnostic',
    () => report('x', `Final-Recipient: rfc822; a@b.c\nDiagnostic-Code: smtp; ${long('550 x ')}`),
  ],
  ['a field of spaces', () => report('x', `Action:${long(' ', 1_000_000)}\u2028x`)],
  ['thousands of recipients', () => report(long('user x unknown ', 1_000_000), recipients(20_000))],
];

describe('a mail that is made to cost time', () => {
  // Before there were bounds, one of these took minutes; they are generous to a busy machine.
  it.each(MAILS)('%s', (_, mail) => {
    const body = Buffer.from(mail());
    const before = process.cpuUsage();
    expect(readBounceMail(body).length).toBeLessThanOrEqual(MOST_RECIPIENTS);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });

  it('is still read as far as it speaks', () => {
    const mail = `X-Filler: ${long('a', 1_000_000)}\n${report('x', `${recipients(1)}X-More: ${long('b')}`)}`;
    expect(readBounceMail(Buffer.from(mail))).toMatchObject([{ kind: 'bounced', address: 'a0@b.c' }]);
  });
});
