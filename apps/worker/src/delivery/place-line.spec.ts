import { describe, expect, it } from 'vitest';
import { PlaceLine } from './place-line.js';

const PATIENT = 60_000;

describe('PlaceLine', () => {
  it('gives its places at once, and one more for each that leaves', async () => {
    const line = new PlaceLine(2, PATIENT);
    expect(await Promise.all([line.take(2), line.take(2)])).toEqual([true, true]);
    const third = line.take(2);
    line.leave();
    expect(await third).toBe(true);
  });

  it('lets the urgent go first, and among equals who came first', async () => {
    const line = new PlaceLine(1, PATIENT);
    await line.take(2);
    const order: string[] = [];
    const waiting = [
      ['bulk', 3],
      ['first', 2],
      ['second', 2],
      ['urgent', 1],
    ].map(async ([name, rank]) => {
      await line.take(rank as number);
      order.push(name as string);
      line.leave();
    });
    line.leave();
    await Promise.all(waiting);
    expect(order).toEqual(['urgent', 'first', 'second', 'bulk']);
  });

  it('sends back who has waited too long, and keeps the place of who got one', async () => {
    const line = new PlaceLine(1, 20);
    await line.take(2);
    expect(await Promise.all([line.take(2), line.take(1)])).toEqual([false, false]);
    line.leave();
    expect(await line.take(2)).toBe(true);
  });

  it('sends everybody back once it is closed', async () => {
    const line = new PlaceLine(1, PATIENT);
    await line.take(2);
    const waiting = line.take(2);
    line.close();
    expect(await waiting).toBe(false);
    expect(await line.take(1)).toBe(false);
  });
});
