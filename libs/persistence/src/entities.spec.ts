import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';

interface Column {
  table: string;
  name: string;
  type: string;
  nullable: boolean;
}

describe('the entities', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('are all tables with all their columns, as the migration makes them', async () => {
    const columns = await database.dataSource.query<Column[]>(
      `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, NULL) AS type, NOT a.attnotnull AS nullable
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND c.relname <> 'migration' AND a.attnum > 0 AND NOT a.attisdropped`,
    );
    const mapped = database.dataSource.entityMetadatas.flatMap(({ tableName, columns: own }) =>
      own
        .filter(({ isVirtualProperty }) => !isVirtualProperty)
        .map(({ databaseName, type, isArray, isNullable }) => ({
          table: tableName,
          name: databaseName,
          type: `${FULL_NAMES[String(type)] ?? String(type)}${isArray ? '[]' : ''}`,
          nullable: isNullable,
        })),
    );
    expect(sorted(mapped)).toEqual(sorted(columns));
    expect(mapped.length).toBeGreaterThan(200);
  });
});

const FULL_NAMES: Readonly<Record<string, string>> = { int: 'integer', timestamptz: 'timestamp with time zone' };

function sorted(columns: Column[]): string[] {
  return columns
    .map(({ table, name, type, nullable }) => `${table}.${name} ${type} ${nullable ? 'null' : 'not null'}`)
    .sort();
}
