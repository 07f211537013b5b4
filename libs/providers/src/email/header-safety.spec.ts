import { describe, expect, it } from 'vitest';
import { unsafeHeader } from './header-safety.js';
import { email } from '../testing/outgoing-email.js';

describe('what may not reach the wire', () => {
  it.each(['\r\nBcc: x@y.z', '\n.', '\r', 'a\0b'])('a line break in subject, name, header or id: %j', (evil) => {
    expect(unsafeHeader(email({ subject: `Hi${evil}` }))).toBe('invalid_header');
    expect(unsafeHeader(email({ from: { address: 'shop@example.com', name: `Shop${evil}` } }))).toBe('invalid_header');
    expect(unsafeHeader(email({ headers: { 'X-Tag': `a${evil}` } }))).toBe('invalid_header');
    expect(unsafeHeader(email({ headers: { [`X-Tag${evil}`]: 'a' } }))).toBe('invalid_header');
    expect(unsafeHeader(email({ messageId: `a${evil}` }))).toBe('invalid_header');
  });

  it.each(['X Tag', 'X-Tag:', 'Schlüssel', ''])('a header of the name %j', (name) => {
    expect(unsafeHeader(email({ headers: { [name]: 'a' } }))).toBe('invalid_header');
  });

  it.each(['To', 'bcc', 'FROM', 'Content-Type', 'Message-ID', 'MIME-Version'])('a second %s', (name) => {
    expect(unsafeHeader(email({ headers: { [name]: 'a' } }))).toBe('invalid_header');
  });

  it.each([
    'a@b.c, d@e.f',
    'a@b.c;d@e.f',
    'team: a@b.c;',
    'Boss <a@b.c>',
    '<a@b.c>',
    'a@b.c\r\nRCPT TO:<d@e.f>',
    'a b@c.d',
    'a@b@c.d',
    'a(comment)@b.c',
    'a\u202e@b.c',
    'a@',
    '@b.c',
    'nobody',
    '',
  ])('an address that is not one plain address: %j', (address) => {
    expect(unsafeHeader(email({ to: address }))).toBe('invalid_address');
    expect(unsafeHeader(email({ from: { address } }))).toBe('invalid_address');
  });

  it('lets a proper message pass', () => {
    const headers = {
      'List-Unsubscribe': '<https://example.com/u/abc>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    };
    expect(unsafeHeader(email({ headers, to: "o'brien+tag@sub.exämple.net" }))).toBeUndefined();
  });
});
