import { describe, expect, it } from 'vitest';
import { isPlainHost, isPlainHttpUrl } from './http-url.js';

describe('an address of http', () => {
  it.each([
    'https://api.vendor.example',
    'HTTPS://Api.Vendor.Example/',
    'http://127.0.0.1:4000/twilio',
    'http://localhost',
    'http://my_service:8080/x/y',
    'https://[2001:db8::1]:8443/a',
    'https://xn--mnchen-3ya.example/%2Fa',
    'https://host/a;b=c,d~e',
  ])('may be %s', (url) => expect(isPlainHttpUrl(url)).toBe(true));

  it.each([
    'http://[fe80::1%lo]',
    'http://[fe80::1%25lo]/',
    'http://[::ffff:127.0.0.1%eth0]',
    'http://[1.2.3.4]',
    'http://[::1',
    'http://user@host',
    'http://user:pass@host/',
    'http://@host',
    'https://host/#x',
    'https://host#x',
    'https://host/?x',
    'https://host?x',
    'https://host\\@evil.example',
    'https://host/a\\b',
    'https://ho st/',
    ' https://host',
    'https://host ',
    'https://host/a b',
    'https://host/\u001b[31m',
    'https://host/\r\nX: y',
    'https://host\t/',
    'https:host',
    'https:/host',
    'https:///host',
    '//host',
    'host',
    'ftp://host',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://münchen.example',
    'https://ｅxample.com',
    'http://１２７.0.0.1',
    'https://ex。ample',
    'https://%31%32%37.0.0.1',
    'https://host%00',
    'http://2130706433/',
    'http://0x7f.1',
    'http://0177.0.0.1',
    'http://127.1',
    'http://0',
    'http://host.0x10',
    'https://host:0',
    'https://host:65536',
    'https://host:',
    'https://host:x',
    'https://-host',
    'https://host-/',
    'https://a..b',
    'https://host./',
    'https://.host',
    `https://${'a'.repeat(64)}.example`,
    `https://${'a.'.repeat(127)}example`,
    'https://',
    '',
  ])('may not be %j', (url) => expect(isPlainHttpUrl(url)).toBe(false));

  it('may have a query where that is asked for, and never a fragment', () => {
    expect(isPlainHttpUrl('https://wns.example/w/?token=BQ%2bA', { query: true })).toBe(true);
    expect(isPlainHttpUrl('https://wns.example/w/?token=B#x', { query: true })).toBe(false);
  });
});

describe('a host', () => {
  it.each(['smtp.example.com', 'mail', '10.0.0.1', '::1', '2001:db8::25', 'a_b.local'])('may be %s', (host) =>
    expect(isPlainHost(host)).toBe(true),
  );
  it.each(['fe80::1%lo', '[::1]', '127.1', '0x7f000001', '1', '::::', '...', 'a..b', 'a:25', 'mail.', '-a', ''])(
    'may not be %j',
    (host) => expect(isPlainHost(host)).toBe(false),
  );
});
