/** One page of a list, newest first. */
export interface Page<T> {
  data: T[];
  /** Give it back as `?cursor=` for what follows; null at the end. */
  next_cursor: string | null;
}

/**
 * @param rows up to one more than `limit`, which tells whether something follows; their ids are the cursors
 * @param scannedTo the id where the search for them was given up; null: it was not
 */
export function toPage<R extends { id: string }, T>(
  rows: R[],
  limit: number,
  show: (row: R) => T,
  scannedTo: string | null = null,
): Page<T> {
  const shown = rows.slice(0, limit);
  return { data: shown.map(show), next_cursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : scannedTo };
}
