import { isDatabaseAway } from './database-away.js';

/** Describes what could not be written, and why. */
export interface Unwritten<T> {
  item: T;
  error: unknown;
}

/**
 * Writes what belongs to many in one statement. Should that fail, each is written by itself, so that what makes it fail
 * takes nothing else with it.
 *
 * @param write all or none
 * @throws when the database is away: then nothing is at fault
 */
export async function writeShared<T>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<void>,
): Promise<Unwritten<T>[]> {
  try {
    await write(items);
    return [];
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    return items.length === 1 ? items.map((item) => ({ item, error })) : writeEach(items, write);
  }
}

async function writeEach<T>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<void>,
): Promise<Unwritten<T>[]> {
  const unwritten: Unwritten<T>[] = [];
  for (const item of items) unwritten.push(...(await writeShared([item], write)));
  return unwritten;
}
