import { loadModule } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { tenantFaults } from './tenant-faults.js';

const TABLES = new Map(
  Object.entries({
    tenant: ['id', 'name'],
    message: ['id', 'tenant_id', 'sender_id', 'recipient', 'status', 'channel'],
    message_schedule: ['message_id', 'tenant_id', 'run_at'],
    sender: ['id', 'tenant_id', 'channel', 'address'],
    suppression: ['id', 'tenant_id', 'channel', 'address'],
    'constraint suppression_once': ['tenant_id', 'channel', 'address'],
    'constraint suppression_address': ['channel', 'address'],
    template: ['id', 'tenant_id', 'name'],
    template_version: ['id', 'tenant_id', 'template_id', 'version'],
  }).map(([table, columns]) => [table, new Set(columns)]),
);

const faults = (sql: string) => tenantFaults(sql, TABLES);

describe('a statement that is kept to a tenant', () => {
  beforeAll(() => loadModule());

  it.each([
    `SELECT * FROM message WHERE tenant_id = $1`,
    `SELECT * FROM message m WHERE $1 = m.tenant_id AND m.id = ANY($2)`,
    `SELECT * FROM "message" "m" WHERE ("m"."tenant_id" = $1::uuid) AND (m.status = 'x' OR m.status = 'y')`,
    `SELECT now()`,
    `SELECT * FROM tenant WHERE id = $1`,
    `SELECT * FROM message m JOIN sender s ON s.id = m.sender_id WHERE m.tenant_id = $1`,
    `SELECT * FROM message m JOIN sender s ON s.id = m.sender_id WHERE s.tenant_id = $1`,
    `SELECT * FROM message m LEFT JOIN suppression p ON p.tenant_id = m.tenant_id AND p.address = m.recipient
      WHERE m.tenant_id = $1`,
    `SELECT * FROM json_to_recordset($1) AS asked (id uuid, "tenantId" uuid)
      JOIN sender s ON s.tenant_id = asked."tenantId"`,
    `SELECT (SELECT max(v.version) FROM template_version v WHERE v.template_id = t.id) FROM template t
      WHERE t.tenant_id = $1`,
    `SELECT f.id FROM unnest($1::uuid[]) AS asked (tenant_id) CROSS JOIN LATERAL
       (SELECT s.id FROM (SELECT * FROM sender WHERE sender.id = $2 LIMIT 1) AS s
         WHERE s.tenant_id = asked.tenant_id) AS f`,
    `SELECT * FROM message m CROSS JOIN LATERAL (SELECT * FROM sender WHERE tenant_id = m.tenant_id) AS c
      WHERE m.tenant_id = $1`,
    `SELECT 1 WHERE EXISTS (SELECT FROM sender WHERE tenant_id = $1)`,
    `UPDATE message SET status = $3 WHERE tenant_id = $1 AND id = $2`,
    `UPDATE template t SET name = $1 FROM template_version v WHERE t.tenant_id = $2 AND v.template_id = t.id`,
    `DELETE FROM suppression WHERE tenant_id = $1`,
    `WITH changed AS (UPDATE message SET status = 'x' WHERE tenant_id = $1 RETURNING id)
     DELETE FROM message_schedule WHERE message_id IN (SELECT id FROM changed)`,
    `WITH gone AS (DELETE FROM message WHERE tenant_id = $1 RETURNING id)
     DELETE FROM message_schedule WHERE message_id = ANY(ARRAY(SELECT id FROM gone))`,
    `WITH RECURSIVE d AS (SELECT id FROM template WHERE tenant_id = $1 UNION SELECT t.id FROM d
      JOIN template t ON t.tenant_id = $1)
     SELECT count(*) FROM template WHERE tenant_id = $1 AND id IN (SELECT id FROM d)`,
    `INSERT INTO sender (id, tenant_id) VALUES ($1, $2) ON CONFLICT (tenant_id, id) DO UPDATE SET address = 'x'`,
    `INSERT INTO sender (id, tenant_id) SELECT $1, id FROM tenant WHERE id = $2`,
    `INSERT INTO suppression (id, tenant_id) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT suppression_once DO UPDATE
      SET address = 'x'`,
    `SELECT * FROM message WHERE tenant_id IS NULL AND id = $1`,
    `START TRANSACTION`,
    `SET LOCAL lock_timeout = '1s'`,
  ])('%s', (sql) => expect(faults(sql)).toEqual([]));

  it.each([
    [`SELECT * FROM message`, ['message is of any tenant']],
    [`SELECT * FROM message WHERE id = $1`, ['message is of any tenant']],
    [`SELECT * FROM message m WHERE m.id = ANY($1)`, ['message m is of any tenant']],
    [`SELECT * FROM message WHERE tenant_id = $1 OR id = $2`, ['message is of any tenant']],
    [`SELECT * FROM message WHERE NOT tenant_id = $1`, ['message is of any tenant']],
    [`SELECT * FROM message WHERE tenant_id <> $1`, ['message is of any tenant']],
    [`SELECT * FROM message WHERE tenant_id = tenant_id`, ['message is of any tenant']],
    [`SELECT * FROM tenant WHERE name = $1`, ['tenant is of any tenant']],
    [
      `SELECT * FROM message m JOIN sender s ON s.tenant_id = m.tenant_id`,
      ['message m is of any tenant', 'sender s is of any tenant'],
    ],
    [
      `SELECT * FROM message m JOIN sender s ON s.channel = m.channel WHERE m.tenant_id = $1`,
      ['sender s is of any tenant'],
    ],
    [`SELECT * FROM sender s JOIN json_to_recordset($1) AS a (id uuid) ON s.id = a.id`, ['sender s is of any tenant']],
    // The condition of an outer join keeps nobody out of its left side.
    [
      `SELECT * FROM message m LEFT JOIN sender s ON m.tenant_id = $1 AND s.tenant_id = $1`,
      ['message m is of any tenant'],
    ],
    [
      `SELECT * FROM message m WHERE m.tenant_id = $1 AND EXISTS (SELECT FROM sender s WHERE s.address = m.recipient)`,
      ['sender s is of any tenant'],
    ],
    [`SELECT (SELECT count(*) FROM sender) FROM message WHERE tenant_id = $1`, ['sender is of any tenant']],
    [`SELECT * FROM (SELECT * FROM message WHERE id = $1) AS m WHERE m.status = $2`, ['message is of any tenant']],
    [`SELECT id FROM message WHERE tenant_id = $1 UNION ALL SELECT id FROM message`, ['message is of any tenant']],
    [`UPDATE message SET status = $2 WHERE id = $1`, ['message is of any tenant']],
    [`DELETE FROM suppression WHERE address = $1`, ['suppression is of any tenant']],
    [
      `WITH all_of AS (SELECT id FROM message WHERE id = $1) UPDATE sender SET address = 'x' WHERE tenant_id = $2`,
      ['message is of any tenant'],
    ],
    [
      `WITH given AS (SELECT $1::uuid AS id) DELETE FROM message_schedule WHERE message_id IN (SELECT id FROM given)`,
      ['message_schedule is of any tenant'],
    ],
    [
      `INSERT INTO suppression (id, tenant_id) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT suppression_address DO UPDATE
        SET address = 'x'`,
      ['a conflict of suppression is of any tenant'],
    ],
    [`SELECT * FROM message WHERE tenant_id IS NOT NULL AND id = $1`, ['message is of any tenant']],
    [`INSERT INTO sender (id, address) VALUES ($1, $2)`, ['sender is given no tenant']],
    [`INSERT INTO sender (id, tenant_id) SELECT id, tenant_id FROM sender`, ['sender is of any tenant']],
    [
      `INSERT INTO sender (id, tenant_id) VALUES ($1, $2) ON CONFLICT (address) DO UPDATE SET tenant_id = $2`,
      ['a conflict of sender is of any tenant'],
    ],
    [`INSERT INTO sender (id, tenant_id) VALUES ($1, (SELECT id FROM tenant LIMIT 1))`, ['tenant is of any tenant']],
    [
      `INSERT INTO sender (id, tenant_id) VALUES ($1, $2) ON CONFLICT (tenant_id, id) DO UPDATE
        SET address = (SELECT max(address) FROM sender)`,
      ['sender is of any tenant'],
    ],
    [`SELECT 1 ORDER BY (SELECT max(id) FROM sender)`, ['sender is of any tenant']],
    [
      `SELECT * FROM json_to_recordset((SELECT json_agg(t) FROM tenant t)) AS a (tenant_id uuid)
        JOIN sender s ON s.tenant_id = a.tenant_id`,
      ['tenant t is of any tenant', 'sender s is of any tenant'],
    ],
    [`UPDATE message SET tenant_id = $2 WHERE tenant_id = $1`, ['message is given another tenant']],
    [`TRUNCATE message`, ['TruncateStmt is not read here']],
    [
      `MERGE INTO message m USING sender s ON m.sender_id = s.id WHEN MATCHED THEN DELETE`,
      ['MergeStmt is not read here'],
    ],
    [`DO $$ BEGIN DELETE FROM message; END $$`, ['DoStmt is not read here']],
    [`SELECT * FROM message TABLESAMPLE SYSTEM (1)`, ['RangeTableSample is not read here']],
  ])('is not %s', (sql, expected) => expect(faults(sql)).toEqual(expected));
});
