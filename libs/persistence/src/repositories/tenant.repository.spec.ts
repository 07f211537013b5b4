import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { TenantRepository } from './tenant.repository.js';

const NOW = new Date('2026-11-22T10:00:00Z');

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('TenantRepository', () => {
  it('finds by id and name, and refuses a second of one name', async () => {
    const tenants = repositoryOn(database.dataSource, TenantRepository);
    const tenant = await tenants.create('globex', NOW);
    expect(await tenants.findByName('globex')).toMatchObject({ id: tenant.id, rateLimits: '', createdAt: NOW });
    expect((await tenants.find(tenant.id))?.name).toBe('globex');
    expect(await tenants.findByName('nobody')).toBeNull();
    await expect(tenants.create('globex', NOW)).rejects.toMatchObject({ status: 409, errors: [{ field: 'name' }] });
  });
});
