import { describe, expect, it } from 'vitest';
import { PrioritySemaphore } from './priority-semaphore.js';

const later = () => performance.now() + 60_000;

describe('PrioritySemaphore', () => {
  it('gives what is free at once, and what comes free to who waits', async () => {
    const line = new PrioritySemaphore(3);
    expect(await line.acquire(2, 2, later())).toBe(2);
    expect(await line.acquire(2, 5, later())).toBe(1);
    const next = line.acquire(2, 5, later());
    line.release();
    expect(await next).toBe(1);
  });

  it('gives together what comes free in one moment', async () => {
    const line = new PrioritySemaphore(3);
    await line.acquire(2, 3, later());
    const waiting = line.acquire(2, 5, later());
    for (let left = 0; left < 3; left += 1) line.release();
    expect(await waiting).toBe(3);
  });

  it('lets the urgent go first, and among equals who came first', async () => {
    const line = new PrioritySemaphore(1);
    await line.acquire(2, 1, later());
    const order: string[] = [];
    const waiting = [
      ['bulk', 3],
      ['first', 2],
      ['second', 2],
      ['urgent', 1],
    ].map(async ([name, rank]) => {
      await line.acquire(rank as number, 1, later());
      order.push(name as string);
      line.release();
    });
    line.release();
    await Promise.all(waiting);
    expect(order).toEqual(['urgent', 'first', 'second', 'bulk']);
  });

  it('sends back who has waited too long, and keeps the place of who got one', async () => {
    const line = new PrioritySemaphore(1);
    await line.acquire(2, 1, later());
    const soon = performance.now() + 20;
    expect(await Promise.all([line.acquire(2, 1, soon), line.acquire(1, 1, soon)])).toEqual([0, 0]);
    line.release();
    expect(await line.acquire(2, 1, later())).toBe(1);
  });

  it('sends everybody back once it is closed', async () => {
    const line = new PrioritySemaphore(1);
    await line.acquire(2, 1, later());
    const waiting = line.acquire(2, 1, later());
    line.close();
    expect(await waiting).toBe(0);
    expect(await line.acquire(1, 1, later())).toBe(0);
  });

  it('tells when the last place has been left', async () => {
    const line = new PrioritySemaphore(2);
    await line.drained();
    await line.acquire(2, 2, later());
    let empty = false;
    const emptied = line.drained().then(() => (empty = true));
    line.release();
    await Promise.resolve();
    expect(empty).toBe(false);
    line.release();
    await emptied;
  });
});
