import { describe, expect, it } from 'vitest';
import { parseRateLimits, parseRates } from './rate-limits.js';

describe('parseRates', () => {
  it('reads every unit, with or without spaces', () => {
    expect(parseRates(' 5/s, 20/min,1000 / h,5000/d ')).toEqual([
      { limit: 5, windowMs: 1_000 },
      { limit: 20, windowMs: 60_000 },
      { limit: 1_000, windowMs: 3_600_000 },
      { limit: 5_000, windowMs: 86_400_000 },
    ]);
  });

  it('takes the empty text for no limit', () => {
    expect(parseRates('')).toEqual([]);
    expect(parseRates('  ')).toEqual([]);
  });

  it.each([
    '20',
    '20/',
    '/min',
    '0/h',
    '-1/h',
    '1.5/h',
    '1e3/h',
    '20/minute',
    '20/constructor',
    '20/min,',
    '20/min;1/h',
    '999999999/h',
  ])('refuses %j and says how to write it', (text) => {
    expect(() => parseRates(text)).toThrow(/rate_limits: ".*" is no rate: write .* such as 20\/min/);
  });

  it('refuses two rates for the same time', () => {
    expect(() => parseRates('20/min,30/min', 'sender.rate_limits')).toThrow(/sender\.rate_limits: .*two rates/);
  });
});

describe('parseRateLimits', () => {
  it('reads the levels that are given', () => {
    expect(parseRateLimits('sender=20/min,1000/h; tenant = 5000/h;domain=200/h;installation=20000/h;')).toEqual({
      sender: [
        { limit: 20, windowMs: 60_000 },
        { limit: 1_000, windowMs: 3_600_000 },
      ],
      tenant: [{ limit: 5_000, windowMs: 3_600_000 }],
      domain: [{ limit: 200, windowMs: 3_600_000 }],
      installation: [{ limit: 20_000, windowMs: 3_600_000 }],
    });
    expect(parseRateLimits('')).toEqual({ sender: [], tenant: [], domain: [], installation: [] });
  });

  it.each(['20/min', 'senders=20/min', 'sender', 'sender=', '__proto__=1/s'])(
    'refuses %j and names the levels',
    (text) => {
      expect(() => parseRateLimits(text)).toThrow(/RATE_LIMITS: .* is no limit: write one of sender, tenant/);
    },
  );

  it('refuses a wrong rate and a level given twice', () => {
    expect(() => parseRateLimits('sender=20/min=3')).toThrow(/"20\/min=3" is no rate/);
    expect(() => parseRateLimits('sender=20/min;sender=1000/h')).toThrow(/"sender" is given twice/);
  });
});
