/** Makes a table by code of rows that each name a meaning and the codes that have it. */
export function byCode<T>(
  ...rows: readonly (readonly [meaning: T, ...codes: (string | number)[]])[]
): Readonly<Record<string, T>> {
  return Object.fromEntries(rows.flatMap(([meaning, ...codes]) => codes.map((code) => [code, meaning])));
}

/** Looks a vendor's word up among a table's own rows: a vendor may say `constructor`. */
export function rowOf<T>(table: Readonly<Record<string, T>>, code: unknown): T | undefined {
  return (typeof code === 'string' || typeof code === 'number') && Object.hasOwn(table, code) ? table[code] : undefined;
}
