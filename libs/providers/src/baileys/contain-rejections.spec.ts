import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { containRejections } from './contain-rejections.js';

const curve = createRequire(import.meta.url)('libsignal/src/curve.js') as {
  verifySignature(...parts: unknown[]): void;
};

let others: NodeJS.UnhandledRejectionListener[];
beforeEach(() => {
  others = process.listeners('unhandledRejection');
  for (const other of others) process.off('unhandledRejection', other);
});
afterEach(() => {
  for (const other of others) process.on('unhandledRejection', other);
});

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const reject = (reason: unknown) => process.emit('unhandledRejection', reason, Promise.resolve());

describe('containRejections', () => {
  it('makes faults of theirs, and leaves everybody else’s as they are', () => {
    const faults: unknown[] = [];
    const end = containRejections((error) => faults.push(error));
    const theirs = thrownBy(() => curve.verifySignature(null, null, null));
    reject(theirs);
    expect(faults).toEqual([theirs]);
    const ours = new Error('ours');
    expect(thrownBy(() => reject(ours))).toBe(ours);
    end();
    expect(reject(theirs)).toBe(false);
    expect(faults).toHaveLength(1);
  });
});
