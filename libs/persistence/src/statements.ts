import type { Pool, PoolClient } from 'pg';
import { type DataSource, EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/**
 * Runs an UPDATE or DELETE (or a WITH that ends in one) and gives what it RETURNs. TypeORM answers such a statement
 * with the rows and their number, any other with the rows alone.
 */
export async function changedRows<T>(db: DataSource | EntityManager, sql: string, parameters: unknown[]): Promise<T[]> {
  const [rows] = await db.query<[T[], number]>(sql, parameters);
  return rows;
}

/** Runs an UPDATE or DELETE and gives the number of rows it changed. */
export async function changedCount(
  db: DataSource | EntityManager,
  sql: string,
  parameters: unknown[],
): Promise<number> {
  const [, count] = await db.query<[unknown, number]>(sql, parameters);
  return count;
}

/**
 * A statement of the hot path: PostgreSQL parses and plans it once per connection, not once per batch. It takes arrays
 * of any length without being another statement for each.
 *
 * @param name unique in the process
 */
export class PreparedStatement<Row extends object> {
  constructor(
    private readonly name: string,
    private readonly text: string,
  ) {}

  async run(db: DataSource | EntityManager, values: unknown[]): Promise<Row[]> {
    const connection = await connectionOf(db);
    const { rows } = await connection.query<Row>({ name: this.name, text: this.text, values });
    return rows;
  }
}

/** A transaction's own, or any of the pool. */
async function connectionOf(db: DataSource | EntityManager): Promise<Pool | PoolClient> {
  if (db instanceof EntityManager && db.queryRunner) return (await db.queryRunner.connect()) as PoolClient;
  const { driver } = db instanceof EntityManager ? db.dataSource : db;
  return (driver as PostgresDriver).master as Pool;
}

/** Describes what needs no quotes in an array (an id, a number, one of our own words), or is `quoted`. Null: NULL. */
export type ArrayItem = string | number | null;

/** A PostgreSQL array. Much cheaper than to have the driver look at each item. */
export function arrayOf(items: readonly ArrayItem[]): string {
  return `{${items.map((item) => item ?? 'NULL').join(',')}}`;
}

/** Columns of rows, an array each: parameters of a statement that takes a batch. */
export function columnsOf<Row, Name extends keyof Row>(rows: readonly Row[], ...names: Name[]): Row[Name][][] {
  return names.map((name) => rows.map((row) => row[name]));
}

/** A text that may hold anything, as an item of an array. */
export function quoted(text: string | null): string | null {
  return text === null ? null : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * The range of some UUIDv7 ids, for `id BETWEEN`: PostgreSQL prunes partitions by a range whose bounds are parameters,
 * but not by `id = ANY($1)`.
 */
export function idRange(ids: readonly string[]): [lowest: string, highest: string] {
  let lowest = ids[0] ?? '';
  let highest = lowest;
  for (const id of ids) {
    if (id < lowest) lowest = id;
    if (id > highest) highest = id;
  }
  return [lowest, highest];
}
