import type { DataSource, EntityManager } from 'typeorm';

/** Reads the database's clock: what is due, past or to be made is decided by it, never by a process's own. */
export async function databaseTime(db: DataSource | EntityManager): Promise<Date> {
  const [row] = await db.query<[{ now: Date }]>('SELECT now()');
  return row.now;
}

/** The lowest UUIDv7 of a moment, as SQL: it begins with the time in ms. */
export function idFloorOf(moment: string): string {
  return `(lpad(to_hex((extract(epoch FROM ${moment}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;
}
