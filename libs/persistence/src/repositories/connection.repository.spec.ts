import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '@outbell/shared/uuid.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { ConnectionRepository } from './connection.repository.js';
import { TenantRepository } from './tenant.repository.js';

const NOW = new Date('2026-11-22T10:00:00Z');

let database: TestDatabase;
let connections: ConnectionRepository;
let tenants: TenantRepository;

beforeAll(async () => {
  database = await createTestDatabase();
  connections = repositoryOn(database.dataSource, ConnectionRepository);
  tenants = repositoryOn(database.dataSource, TenantRepository);
});
afterAll(() => database.drop());

async function create(tenantId: string, priority: number, channel: 'email' | 'sms' = 'email') {
  const sealed = { keyId: 'k', sealedKey: Buffer.from('key'), sealedData: Buffer.from([0, 255]) };
  const row = { id: newId(), channel, provider: 'smtp', name: `c ${newId()}`, priority, ...sealed };
  return connections.create(tenantId, row, NOW);
}

it('routes many tenants by one statement, each pair’s best first', async () => {
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => tenants.create(name, NOW)));
  const second = await create(a!.id, 20);
  const first = await create(a!.id, 10);
  const off = await create(a!.id, 1);
  await connections.update(a!.id, off.id, { active: false }, NOW);
  const sms = await create(a!.id, 1, 'sms');
  const other = await create(b!.id, 100);
  await create(c!.id, 1);

  const pair = (tenantId: string, channel: 'email' | 'sms' = 'email') => ({ tenantId, channel });
  const routes = await connections.routes([pair(b!.id), pair(a!.id), pair(a!.id), pair(a!.id, 'sms'), pair(newId())]);
  const ids = (tenantId: string, channel: string) =>
    routes.filter((route) => route.tenantId === tenantId && route.channel === channel).map(({ id }) => id);
  expect(ids(a!.id, 'email')).toEqual([first.id, second.id]);
  expect(ids(a!.id, 'sms')).toEqual([sms.id]);
  expect(ids(b!.id, 'email')).toEqual([other.id]);
  expect(routes).toHaveLength(4);
  expect(routes[0]).toMatchObject({ provider: 'smtp', version: 1, keyId: 'k', sealedData: Buffer.from([0, 255]) });
  expect(await connections.routes([])).toEqual([]);
});

it('changes nothing of another tenant', async () => {
  const [a, b] = [await tenants.create('x', NOW), await tenants.create('y', NOW)];
  const { id } = await create(a.id, 1);
  expect(await connections.update(b.id, id, { active: false }, NOW)).toBeNull();
  expect(await connections.find(b.id, id)).toBeNull();
  expect(await connections.find(a.id, id)).toMatchObject({ active: true, version: 1 });
});
