import type { DataSource } from 'typeorm';

/** Tables, with their partitions: what an application can tell one database from another by. */
export async function schemaOf(dataSource: DataSource): Promise<Record<string, unknown[]>> {
  const entries = Object.entries(PARTS).map(async ([part, sql]) => [part, await dataSource.query<unknown[]>(sql)]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, unknown[]>;
}

const PARTS = {
  columns: `SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, is_identity,
    generation_expression,
      col_description(format('%I', table_name)::regclass, ordinal_position) AS comment
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position`,
  indexes: `SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname`,
  indexTrees: `SELECT inhrelid::regclass::text AS part, inhparent::regclass::text AS whole FROM pg_inherits ORDER BY 1`,
  tables: `SELECT relname, reloptions, pg_get_expr(relpartbound, oid) AS bound FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`,
  constraints: `SELECT conrelid::regclass::text AS relation, conname, pg_get_constraintdef(oid) AS definition
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1, 2`,
};
