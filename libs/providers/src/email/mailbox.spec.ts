import { describe, expect, it } from 'vitest';
import { mailbox } from './mailbox.js';

const address = 'shop@example.com';

describe('mailbox', () => {
  it.each([
    [undefined, 'shop@example.com'],
    ['', 'shop@example.com'],
    ['Shop of Jane', 'Shop of Jane <shop@example.com>'],
    ['Shop, "Jane" & Co.', '"Shop, \\"Jane\\" & Co." <shop@example.com>'],
    ['boss@bank.example', '"boss@bank.example" <shop@example.com>'],
    ['=?UTF-8?B?YQ==?=', '"=?UTF-8?B?YQ==?=" <shop@example.com>'],
  ])('names %j', (name, expected) => {
    expect(mailbox({ address, name }, 'encoded')).toBe(expected);
  });

  it('leaves other letters to vendors that encode by themselves', () => {
    expect(mailbox({ address, name: 'Bücher' }, 'plain')).toBe('Bücher <shop@example.com>');
  });

  it('encodes long names in words that are short enough and whole', () => {
    const name = 'Bücher und Grüße 👋 '.repeat(10).trim();
    const words = mailbox({ address, name }, 'encoded').split(' ').slice(0, -1);
    expect(words.length).toBeGreaterThan(3);
    expect(words.filter((word) => word.length > 75)).toEqual([]);
    const decoded = words.map((word) => Buffer.from(/^=\?UTF-8\?B\?(.*)\?=$/.exec(word)![1]!, 'base64').toString());
    expect(decoded.join('')).toBe(name);
  });

  it('writes the domain as the DNS has it', () => {
    expect(mailbox({ address: 'a@bücher.example' }, 'plain')).toBe('a@xn--bcher-kva.example');
  });
});
