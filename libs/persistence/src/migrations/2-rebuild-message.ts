import type { QueryRunner } from 'typeorm';

/** A shape of the message table, and how the rows of the one before it get there. */
export interface MessageTable {
  /** Makes the partitioned table with its comments, and no index but the primary key. Constraints have names: the old ones still bear theirs. */
  table: string[];
  indexes: string[];
  /** Storage settings of each partition. */
  storage: string;
  /** Columns that are not simply copied: an expression over `old`, the row it is made of. */
  converted: Record<string, string>;
}

interface Partition {
  name: string;
  /** As ATTACH PARTITION takes it: `FOR VALUES FROM … TO …`. */
  bound: string;
}

/**
 * Makes the message table anew with all that is attached to it: the order of columns cannot be changed in place. Partitions keep their
 * names and bounds; tables that retention has detached are not touched. Indexes are built when the rows are in: that costs a fraction of
 * filling them row by row.
 */
export async function rebuildMessage(runner: QueryRunner, shape: MessageTable): Promise<void> {
  const partitions = await partitionsOfMessage(runner);
  await setAside(runner);
  for (const statement of shape.table) await runner.query(statement);
  const columns = await copied(runner, shape.converted);
  for (const { name, bound } of partitions) {
    await runner.query(`CREATE TABLE ${name} (LIKE message INCLUDING ALL) WITH (${shape.storage})`);
    await runner.query(`ALTER TABLE message ATTACH PARTITION ${name} ${bound}`);
    await runner.query(`INSERT INTO ${name} (${columns.map(({ column }) => column).join(', ')})
      SELECT ${columns.map(({ expression }) => expression).join(', ')} FROM old_${name} AS old`);
  }
  await runner.query('DROP TABLE old_message');
  for (const statement of shape.indexes) await runner.query(statement);
}

function partitionsOfMessage(runner: QueryRunner): Promise<Partition[]> {
  return runner.manager.query<Partition[]>(
    `SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'message'::regclass ORDER BY 1`,
  );
}

/** Gives the table, its partitions and their indexes other names (`old_…`): the new ones take theirs. */
async function setAside(runner: QueryRunner): Promise<void> {
  const renames = await runner.manager.query<{ statement: string }[]>(
    `SELECT format('ALTER TABLE %I RENAME TO %I', c.relname, 'old_' || c.relname) AS statement
     FROM pg_partition_tree('message') AS tree LEFT JOIN pg_index i ON i.indrelid = tree.relid
     JOIN pg_class c ON c.oid IN (tree.relid, i.indexrelid) GROUP BY c.relname`,
  );
  for (const { statement } of renames) await runner.query(statement);
}

/** What fills each column of the new table: an expression of its own, or the old column of its name. Generated ones fill themselves. */
async function copied(
  runner: QueryRunner,
  converted: Record<string, string>,
): Promise<{ column: string; expression: string }[]> {
  const rows = await runner.manager.query<{ column: string }[]>(
    `SELECT attname AS column FROM pg_attribute
     WHERE attrelid = 'message'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum`,
  );
  return rows.map(({ column }) => ({ column, expression: converted[column] ?? `old.${column}` }));
}
