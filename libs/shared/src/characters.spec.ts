import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLongerThan } from './characters.js';

it('isLongerThan counts code points, as PostgreSQL does', () => {
  expect(isLongerThan('🙂'.repeat(801), 801)).toBe(false);
  expect(isLongerThan('🙂'.repeat(802), 801)).toBe(true);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.nat(20), (text, limit) => {
      expect(isLongerThan(text, limit)).toBe(Array.from(text).length > limit);
    }),
  );
});
