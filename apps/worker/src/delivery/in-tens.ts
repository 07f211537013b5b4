import { chunk } from '@outbell/shared/grouping.js';
import { setImmediate as immediate } from 'node:timers/promises';

/** Items in their order, ten in one go: after each ten, what is urgent has its turn. */
export async function* inTens<T>(items: readonly T[]): AsyncGenerator<T[]> {
  for (const [index, ten] of chunk(items, 10).entries()) {
    if (index > 0) await immediate();
    yield ten;
  }
}
