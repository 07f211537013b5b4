import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { schemaOf } from '../../../../test/support/schema.js';
import { Rights1766100000000 } from './11-rights.js';

describe('migration 11, rights', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const query = <T>(sql: string, parameters?: unknown[]) => database.dataSource.query<T>(sql, parameters);

  async function applied(): Promise<boolean> {
    return (
      (await query<object[]>(`SELECT FROM migration WHERE name = $1`, [new Rights1766100000000().name])).length > 0
    );
  }

  async function sender(tenantId: string, channel: string, status = 'verified'): Promise<string> {
    const id = newId();
    await query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at)
       VALUES ($1, $2, $3, $4, $5, CASE $5 WHEN 'pending' THEN NULL ELSE now() END)`,
      [id, tenantId, channel, `${channel}-${status}@example.com`, status],
    );
    return id;
  }

  it('lets those go by the installation’s connections alone whose code went there, and comes and goes', async () => {
    const schema = await schemaOf(database.dataSource);
    while (await applied()) await database.dataSource.undoLastMigration();
    const [without, connected] = [
      await TenantFactory.create(database.dataSource),
      await TenantFactory.create(database.dataSource),
    ];
    await query(
      `INSERT INTO connection (id, tenant_id, channel, provider, name, active, key_id, sealed_key, sealed_data)
       VALUES ($1, $2, 'email', 'smtp', 'old', false, 'k', '', '')`,
      [newId(), connected.tenantId],
    );
    const expected = {
      [without.senderId]: 'installation',
      [await sender(without.tenantId, 'sms')]: 'withdrawn',
      [await sender(without.tenantId, 'email', 'paused')]: 'installation',
      [await sender(without.tenantId, 'email', 'pending')]: 'tenant',
      [connected.senderId]: 'tenant',
      [await sender(connected.tenantId, 'sms', 'paused')]: 'withdrawn',
    };
    await database.dataSource.runMigrations({ transaction: 'each' });
    expect(await schemaOf(database.dataSource)).toEqual(schema);
    const rows = await query<{ id: string; over: string }[]>('SELECT id, verified_over AS over FROM sender');
    expect(Object.fromEntries(rows.map(({ id, over }) => [id, over]))).toEqual(expected);
  });

  it.each([
    [
      'template_version',
      `INSERT INTO template_version (id, tenant_id, template_id, version, variables) VALUES ($1, $2, $3, 1, '{}')`,
    ],
    [
      'sender_report',
      `INSERT INTO sender_report (domain, tenant_id, sender_id, provider, reason, reported_at) VALUES ($1, $2, $3, 'x', 'x', now())`,
    ],
    [
      'whatsapp_key',
      `INSERT INTO whatsapp_key (id, tenant_id, session_id, kind, key_id, sealed_key, sealed_data) VALUES ($1, $2, $3, 'x', 'x', '', '')`,
    ],
    [
      'api_key',
      `INSERT INTO api_key (id, tenant_id, created_by, name, mode, prefix, secret_hash, scopes) VALUES ($1, $2, $3, 'x', 'live', 'x', '', '{}')`,
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
      `INSERT INTO api_key (id, tenant_id, name, mode, prefix, secret_hash, scopes) VALUES ($1, $2, 'x', 'live', $3, '', '{}')`,
      [theirs, other.tenantId, theirs],
    );
    await query('UPDATE sender SET id = $1 WHERE id = $2', [theirs, other.senderId]);
    await expect(query(insert, [newId(), own.tenantId, theirs])).rejects.toMatchObject({ code: '23503' });
    await query(insert, [newId(), other.tenantId, theirs]);
  });
});
