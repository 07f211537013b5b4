import { describe, expect, it } from 'vitest';
import { FaultRule } from './fault-rule.js';
import { faultSchema } from './fault.schema.js';

function rule(when: object, at = 'dot'): FaultRule {
  return new FaultRule(faultSchema.parse({ when, action: { type: 'reply', code: 451, at } }));
}

function strikes(of: FaultRule, calls: number, recipient = 'ann@example.org'): number[] {
  return Array.from({ length: calls }, (_, at) => at + 1).filter(() => of.strikes('smtp', 'dot', [recipient]));
}

describe('FaultRule', () => {
  it('strikes every call when nothing narrows it', () => {
    expect(strikes(rule({}), 3)).toEqual([1, 2, 3]);
  });

  it('strikes the first n, or every nth', () => {
    expect(strikes(rule({ first: 2 }), 5)).toEqual([1, 2]);
    expect(strikes(rule({ every: 2 }), 5)).toEqual([2, 4]);
  });

  it('strikes with a probability, the same calls in every run of a seed', () => {
    const once = strikes(rule({ probability: 0.3, seed: 7 }), 1000);
    expect(strikes(rule({ probability: 0.3, seed: 7 }), 1000)).toEqual(once);
    expect(strikes(rule({ probability: 0.3, seed: 8 }), 1000)).not.toEqual(once);
    expect(once.length).toBeGreaterThan(250);
    expect(once.length).toBeLessThan(350);
  });

  it('counts only calls for a recipient that fits, at its point', () => {
    const narrow = rule({ recipient: '*@slow.test', first: 1 });
    expect(strikes(narrow, 2, 'ann@example.org')).toEqual([]);
    expect(narrow.strikes('smtp', 'rcpt', ['ann@slow.test'])).toBe(false);
    expect(narrow.strikes('smtp', 'dot', ['other@example.org', 'Ann@SLOW.test'])).toBe(true);
    expect(narrow).toMatchObject({ seen: 1, fired: 1 });
  });

  it('takes a pattern literally but for the stars', () => {
    expect(strikes(rule({ recipient: 'a.b*' }), 1, 'axb@example.org')).toEqual([]);
  });
});
