import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turnstile } from './turnstile.js';

describe('Turnstile', () => {
  it('lets so many pass at a time, in the order they came, and others after one that failed', async () => {
    const turnstile = new Turnstile(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = (n: number) => async () => {
      begun.push(n);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (n === 0) throw new Error('failed');
      return n;
    };
    const all = Promise.allSettled([0, 1, 2, 3].map((n) => turnstile.pass(work(n))));
    await turn();
    expect(begun).toEqual([0, 1]);
    ends[0]?.();
    await turn();
    expect(begun).toEqual([0, 1, 2]);
    ends[1]?.();
    ends[2]?.();
    await turn();
    ends[3]?.();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    await expect(turnstile.pass(() => Promise.resolve('free again'))).resolves.toBe('free again');
  });
});
