import type { Pool } from 'pg';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { TenantRepository } from './tenant.repository.js';

const NOW = new Date('2026-11-22T10:00:00Z');
const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

let database: TestDatabase;
let keys: ApiKeyRepository;
let tenantId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  keys = repositoryOn(database.dataSource, ApiKeyRepository);
  tenantId = (await repositoryOn(database.dataSource, TenantRepository).create('acme', NOW)).id;
});
afterAll(() => database.drop());

function create(name = 'key') {
  const { prefix, secretHash } = newApiKey('live');
  return keys.create(tenantId, { name, mode: 'live', prefix, secretHash, scopes: [], expiresAt: null, createdAt: NOW });
}

describe('findByPrefix', () => {
  it('looks up all keys asked for in one moment by one statement', async () => {
    const [a, b] = [await create(), await create()];
    const query = vi.spyOn((database.dataSource.driver as PostgresDriver).master as Pool, 'query');
    const wanted = [a.prefix, b.prefix, 'ob_live_unknown00000', a.prefix];
    const found = await Promise.all(wanted.map((prefix) => keys.findByPrefix(prefix)));
    expect(found.map((key) => key?.id)).toEqual([a.id, b.id, undefined, a.id]);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
  });

  it('sees a revocation at once', async () => {
    const key = await create();
    await keys.findByPrefix(key.prefix);
    await keys.revoke(tenantId, key.id, NOW);
    expect((await keys.findByPrefix(key.prefix))?.revokedAt).toEqual(NOW);
  });
});

describe('touch', () => {
  it('writes once a minute', async () => {
    const { id, prefix } = await create();
    const used = async () => (await keys.findByPrefix(prefix))?.lastUsedAt;
    await keys.touch(tenantId, id, NOW);
    await keys.touch(tenantId, id, inSeconds(59));
    expect(await used()).toEqual(NOW);
    await keys.touch(tenantId, id, inSeconds(60));
    expect(await used()).toEqual(inSeconds(60));
  });
});

describe('revoke', () => {
  it('keeps the first time, and finds nothing of another tenant', async () => {
    const { id, prefix } = await create();
    expect(await keys.revoke('0199d2c5-7c1e-7b53-9f0e-3a4d5c6b7a80', id, NOW)).toBe(false);
    expect(await keys.revoke(tenantId, id, NOW)).toBe(true);
    expect(await keys.revoke(tenantId, id, inSeconds(5))).toBe(true);
    expect((await keys.findByPrefix(prefix))?.revokedAt).toEqual(NOW);
  });
});
