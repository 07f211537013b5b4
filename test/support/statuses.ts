import type { DataSource } from 'typeorm';

/** How many messages are in each status. */
export async function statuses(dataSource: DataSource): Promise<Record<string, number>> {
  const rows = await dataSource.query<{ status: string; count: number }[]>(
    `SELECT status, count(*)::int AS count FROM message GROUP BY status`,
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
