/** Describes what is taken of a table that waits: one with the column `run_at`, and an index on it. */
interface Taken {
  /** SQL of the columns. Default: all. */
  columns?: string;
  /** SQL of how many, at most. Default: $1. */
  limit?: string;
  /** SQL condition beside its time, which the index should know. */
  where?: string;
  /** Waits for rows that others have in hand. Default: leaves them alone. */
  waits?: boolean;
}

/**
 * Makes the query that takes rows whose time has come, the longest due first, and locks them. Whoever runs it writes
 * in the same statement when they come up again, or deletes them: should the process die, they are due as before.
 */
export function takeDue(table: string, { columns = '*', limit = '$1', where, waits = false }: Taken = {}): string {
  return `SELECT ${columns} FROM ${table} WHERE run_at <= now()${where === undefined ? '' : ` AND ${where}`}
    ORDER BY run_at LIMIT ${limit} FOR UPDATE${waits ? '' : ' SKIP LOCKED'}`;
}
