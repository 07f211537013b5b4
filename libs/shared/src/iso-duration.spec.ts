import { describe, expect, it } from 'vitest';
import { parseIsoDuration } from './iso-duration.js';

describe('parseIsoDuration', () => {
  it.each([
    ['PT15M', 900_000],
    ['PT90S', 90_000],
    ['PT2H30M', 9_000_000],
    ['P1D', 86_400_000],
    ['P1DT12H', 129_600_000],
    ['PT0S', 0],
  ])('reads %s', (text, ms) => {
    expect(parseIsoDuration(text)).toBe(ms);
  });

  it.each(['', 'P', 'PT', 'P1DT', '15M', 'P1M', 'P1Y', 'PT1M2H', 'PT1.5H', '-PT1M', 'pt1m', 'PT15M ', '900'])(
    'does not take %j for one',
    (text) => {
      expect(parseIsoDuration(text)).toBeNull();
    },
  );
});
