import { randomFillSync } from 'node:crypto';
import { v5, v7 } from 'uuid';

/** Random bytes of one id. */
const RANDOM_BYTES = 16;

// Asking the system for the bytes of one id at a time costs more than all else about it.
const pool = Buffer.alloc(RANDOM_BYTES * 256);
let used = pool.length;

let lastMs = 0;
let sequence = 0;

/**
 * A new time-ordered id (UUIDv7): rows land at the end of an index, and message tables are partitioned by it. Those
 * that one process makes within a millisecond are in order too.
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += RANDOM_BYTES));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Half of the range is left to count in.
    sequence = random.readUInt32BE() >>> 1;
  } else sequence += 1;
  return v7({ random, msecs: lastMs, seq: sequence });
}

const NAMES = 'c0a9d1f2-6f6b-4d0e-9c1d-7b1d8f0e5a42';

/** An id made of a name (UUIDv5): always the same. */
export function idOfName(name: string): string {
  return v5(name, NAMES);
}

/**
 * The smallest UUIDv7 of a moment (of 1970 for any earlier one): the bound between two partitions, or of a listing by
 * time.
 */
export function idFloor(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
