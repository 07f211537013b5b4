import { v7 } from 'uuid';

/** A new time-ordered id (UUIDv7): rows land at the end of an index, and message tables are partitioned by it. */
export function newId(): string {
  return v7();
}

/** The smallest UUIDv7 of a moment (of 1970 for any earlier one): the bound between two partitions, or of a listing by time. */
export function idFloor(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
