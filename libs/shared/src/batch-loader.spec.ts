import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BatchLoader } from './batch-loader.js';

/** Answers each number with its double, one batch at each `end()`. */
class Asked {
  readonly batches: (readonly number[])[] = [];
  private readonly ends: (() => void)[] = [];

  readonly ask = async (numbers: readonly number[]): Promise<(number | Error)[]> => {
    this.batches.push(numbers);
    await new Promise<void>((resolve) => this.ends.push(resolve));
    if (numbers.includes(-1)) throw new Error('all failed');
    return numbers.map((number) => (number === 0 ? new Error('no zero') : number * 2));
  };

  async end(): Promise<void> {
    this.ends.shift()?.();
    await turn();
    await turn();
  }
}

const strikesAll = (error: unknown): boolean => String(error).includes('all');

describe('BatchLoader', () => {
  it('asks at once while nothing is under way, and together what comes in the same moment', async () => {
    const asked = new Asked();
    const coalescer = new BatchLoader(asked.ask, { size: 10, atOnce: 1, strikesAll });
    const answers = Promise.all([1, 2, 3].map((number) => coalescer.load(number)));
    await turn();
    expect(asked.batches).toEqual([[1, 2, 3]]);
    await asked.end();
    expect(await answers).toEqual([2, 4, 6]);
  });

  it('gathers what comes while its batches are under way, up to its size', async () => {
    const asked = new Asked();
    const coalescer = new BatchLoader(asked.ask, { size: 3, atOnce: 2, strikesAll });
    const answers: Promise<number>[] = [];
    for (const number of [1, 2, 3, 4, 5, 6, 7]) {
      answers.push(coalescer.load(number));
      await turn();
      await turn();
    }
    expect(asked.batches).toEqual([[1], [2]]);
    await asked.end();
    expect(asked.batches).toEqual([[1], [2], [3, 4, 5]]);
    await asked.end();
    expect(asked.batches.at(-1)).toEqual([6, 7]);
    await asked.end();
    await asked.end();
    expect(await Promise.all(answers)).toEqual([2, 4, 6, 8, 10, 12, 14]);
  });

  it('tells each its own error, and goes on after a batch that failed', async () => {
    const asked = new Asked();
    const coalescer = new BatchLoader(asked.ask, { size: 10, atOnce: 1, strikesAll });
    const failing = Promise.allSettled([-1, 1].map((number) => coalescer.load(number)));
    await turn();
    const next = Promise.allSettled([0, 1].map((number) => coalescer.load(number)));
    await asked.end();
    expect((await failing).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await asked.end();
    expect((await next).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('asks each alone where one of them makes the batch fail', async () => {
    const batches: (readonly number[])[] = [];
    const ask = (numbers: readonly number[]): Promise<number[]> => {
      batches.push(numbers);
      return Promise.resolve(numbers.map((number) => Number(BigInt(number) * 2n)));
    };
    const coalescer = new BatchLoader(ask, { size: 10, atOnce: 1, strikesAll });
    const answers = await Promise.allSettled([1, Number.NaN, 3].map((number) => coalescer.load(number)));
    expect(answers).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: expect.any(RangeError) as unknown },
      { status: 'fulfilled', value: 6 },
    ]);
    expect(batches).toEqual([[1, Number.NaN, 3], [1], [Number.NaN], [3]]);
  });
});
