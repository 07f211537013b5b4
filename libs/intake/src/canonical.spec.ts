import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from './canonical.js';

/** The same value, with the keys of all its objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

/** JSON with its keys in order: slow, and known to tell values apart. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

const json = () => fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('canonical', () => {
  it('is the same in whatever order keys came, few or many', () => {
    fc.assert(fc.property(json(), (value) => canonical(reversed(value)) === canonical(value)));
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`key ${n * 7}`, n]));
    expect(canonical(reversed(many))).toBe(canonical(many));
  });

  it('tells two values apart exactly if their JSON does', () => {
    fc.assert(
      fc.property(json(), json(), (a, b) => (canonical(a) === canonical(b)) === (sortedJson(a) === sortedJson(b))),
    );
  });

  it.each<[unknown, unknown]>([
    ['1', 1],
    ['null', null],
    [true, 'true'],
    [{}, []],
    [[1, 2], [12]],
    [['a', 'b'], ['ab']],
    [['1:a'], ['', 'a']],
    [{ a: 'b' }, { ab: '' }],
    [{ a: null }, {}],
    [{ a: { b: 1 } }, { a: {}, b: 1 }],
    [[[1], 2], [[1, 2]]],
  ])('tells %j from %j', (one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });

  it('takes a time as its text, and an undefined property as none', () => {
    expect(canonical({ at: new Date(0), left: undefined })).toBe(canonical({ at: '1970-01-01T00:00:00.000Z' }));
  });

  it('takes a null field for one left out where it is told to, but not within free JSON, nor an item of a list', () => {
    const free = new Set(['metadata']);
    const given = { a: { b: [{ c: 1, d: null }, null] }, e: null, metadata: { f: null, g: { e: null } } };
    const same = { a: { b: [{ c: 1 }, null] }, metadata: { f: null, g: { e: null } } };
    expect(canonical(given, free)).toBe(canonical(same));
    expect(canonical(given)).not.toBe(canonical(same));
    expect(canonical({ metadata: null }, free)).toBe(canonical({}));
    expect(canonical({ metadata: {} }, free)).not.toBe(canonical({ metadata: { f: null } }, free));
  });
});
