import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { schemaOf } from '../../../../test/support/schema.js';

it('the initial migration comes and goes, and leaves nothing', async () => {
  const database = await createEmptyDatabase();
  const { dataSource } = database;
  await dataSource.runMigrations({ transaction: 'each' });
  const schema = await schemaOf(dataSource);
  expect(schema['tables']?.length).toBeGreaterThan(30);
  await dataSource.undoLastMigration();
  const functions = await dataSource.query<object[]>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
      AND relname <> 'migration'
     UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
  );
  expect(functions).toEqual([]);
  await dataSource.runMigrations({ transaction: 'each' });
  expect(await schemaOf(dataSource)).toEqual(schema);
  await database.drop();
});

describe('the schema', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const query = <T>(sql: string, parameters?: unknown[]) => database.dataSource.query<T>(sql, parameters);

  it.each([
    [
      'template_version',
      `INSERT INTO template_version (id, tenant_id, template_id, version, variables) VALUES ($1, $2, $3, 1, '{}')`,
    ],
    [
      'sender_report',
      `INSERT INTO sender_report (domain, tenant_id, sender_id, provider, reason, reported_at) VALUES ($1, $2, $3, 'x',
        'x', now())`,
    ],
    [
      'whatsapp_key',
      `INSERT INTO whatsapp_key (id, tenant_id, session_id, kind, key_id, sealed_key, sealed_data) VALUES ($1, $2, $3,
        'x', 'x', '', '')`,
    ],
    [
      'api_key',
      `INSERT INTO api_key (id, tenant_id, created_by, name, mode, prefix, secret_hash, scopes) VALUES ($1, $2, $3, 'x',
        'live', 'x', '', '{}')`,
    ],
  ])('keeps %s from referring to what is another tenant’s', async (_, insert) => {
    const [own, other] = [
      await TenantFactory.create(database.dataSource),
      await TenantFactory.create(database.dataSource),
    ];
    const theirs = newId();
    await query(`INSERT INTO template (id, tenant_id, name, channel, locale) VALUES ($1, $2, 'x', 'email', 'en')`, [
      theirs,
      other.tenantId,
    ]);
    await query(`INSERT INTO whatsapp_session (id, tenant_id, name, pair_by) VALUES ($1, $2, 'x', 'qr')`, [
      theirs,
      other.tenantId,
    ]);
    await query(
      `INSERT INTO api_key (id, tenant_id, name, mode, prefix, secret_hash, scopes) VALUES ($1, $2, 'x', 'live', $3, '',
        '{}')`,
      [theirs, other.tenantId, theirs],
    );
    await query('UPDATE sender SET id = $1 WHERE id = $2', [theirs, other.senderId]);
    await expect(query(insert, [newId(), own.tenantId, theirs])).rejects.toMatchObject({ code: '23503' });
    await query(insert, [newId(), other.tenantId, theirs]);
  });
});
