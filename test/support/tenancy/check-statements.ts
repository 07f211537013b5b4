import { APPLY } from '@outbell/persistence/engine/apply-statement.js';
import * as evidence from '@outbell/persistence/engine/delivery-event-statements.js';
import * as optOuts from '@outbell/persistence/engine/opt-out-statements.js';
import { loadModule } from 'libpg-query';
import type { DataSource } from 'typeorm';
import { tenantFaults, type TenantTables } from './tenant-faults.js';

/** Statements that are of no tenant, each with why it may be. */
const OF_NO_TENANT: [RegExp, string][] = [
  [/FROM api_key WHERE api_key\.prefix = /, 'it finds out whose request it is'],
  [
    /FROM connection c WHERE c\.id = \$1 \/\* of a callback \*\/$/,
    'a vendor names the connection, and proves that it may',
  ],
];

/**
 * Of what vendors tell, for all tenants at once: each row is joined on its tenant. The worker's, which the API sends
 * too, for a STOP.
 */
const OF_EVIDENCE: ReadonlySet<unknown> = new Set([APPLY, ...Object.values(evidence), ...Object.values(optOuts)]);

/** Of texts that were looked at: a process has hundreds of APIs, which say the same. */
const known = new Map<string, string[]>();

export async function tenantTables(dataSource: DataSource): Promise<TenantTables> {
  const rows = await dataSource.query<{ table: string; columns: string[] }[]>(
    `SELECT c.table_name AS table, array_agg(c.column_name::text) AS columns FROM information_schema.columns c
     WHERE c.table_schema = 'public' GROUP BY 1 HAVING bool_or(c.column_name = 'tenant_id') OR c.table_name = 'tenant'
     UNION ALL
     SELECT 'constraint ' || u.constraint_name, array_agg(u.column_name::text)
       FROM information_schema.key_column_usage u
     WHERE u.table_schema = 'public' GROUP BY u.constraint_name`,
  );
  return new Map(rows.map(({ table, columns }) => [table, new Set(columns)]));
}

/** @throws naming each statement that reads or writes rows of whichever tenant */
export async function checkStatements(texts: Iterable<string>, tables: TenantTables): Promise<void> {
  await loadModule();
  const wrong = [...texts].flatMap((text) => {
    if (OF_EVIDENCE.has(text) || OF_NO_TENANT.some(([pattern]) => pattern.test(text))) return [];
    const faults = known.get(text) ?? tenantFaults(text, tables);
    known.set(text, faults);
    return faults.length > 0 ? [`${faults.join('; ')}:\n${text}`] : [];
  });
  if (wrong.length > 0)
    throw new Error(`Statements of the API that are not kept to a tenant:\n\n${wrong.join('\n\n')}`);
}
