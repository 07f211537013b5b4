import { describe, expect, it } from 'vitest';
import { recordable } from './reply-text.js';

describe('what is recorded of a reply', () => {
  it('holds no address in any form', () => {
    const text =
      '550 5.1.1 <jane@example.net>: user jane@EXAMPLE.net (bounce+jane=example.net@x.org) JANE.DOE@[10.0.0.1] unknown';
    expect(recordable(text, [])).toBe('550 5.1.1 <[address]>: user [address] ([address]) [address] unknown');
    expect(recordable('verp jane=40example.net and jane%40example.net', [])).toBe('verp [address] and [address]');
  });

  it('holds none of the words it was given', () => {
    expect(recordable('no p+ss.w(rd for Jane', ['p+ss.w(rd', 'jane'])).toBe('no [removed] for [removed]');
  });

  it('is one line of limited length that a database takes', () => {
    expect(recordable('250-a\r\n250 \0b\u0007\u200b c', [])).toBe('250-a 250 b c');
    expect(recordable('😀'.repeat(1_000), []).isWellFormed()).toBe(true);
    expect(recordable('x'.repeat(10_000), []).length).toBeLessThanOrEqual(300);
  });

  it('stays fast on hostile text', () => {
    const started = performance.now();
    recordable(`${'='.repeat(100_000)}${'a@'.repeat(100_000)}`, ['jane']);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
