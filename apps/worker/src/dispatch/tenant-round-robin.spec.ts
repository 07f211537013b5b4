import { DispatchRepository, type Semaphore } from '@outbell/persistence/engine/dispatch.repository.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { TenantRoundRobin } from './tenant-round-robin.js';

const NORMAL: Semaphore = { channel: 'email', priority: 2 };
const BULK: Semaphore = { channel: 'email', priority: 3 };
const LATER = 30_000;

describe('TenantRoundRobin', () => {
  let database: TestDatabase;
  let turns: TenantRoundRobin;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    await database.dataSource.query('TRUNCATE message, message_schedule');
    turns = new TenantRoundRobin(new DispatchRepository(database.dataSource));
  });
  afterAll(() => database.drop());

  /** Tenants in the order of their turns. */
  async function tenants(count: number): Promise<TenantFactory[]> {
    const made: TenantFactory[] = [];
    for (let index = 0; index < count; index += 1) made.push(await TenantFactory.create(database.dataSource));
    return made.sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
  }

  /** How many of one round belong to each tenant. */
  async function shares(all: TenantFactory[], line: Semaphore, limit: number): Promise<number[]> {
    const taken = (await turns.take(line, limit, LATER)).map(({ id }) => id);
    const rows = await database.dataSource.query<{ tenantId: string; count: number }[]>(
      `SELECT tenant_id AS "tenantId", count(*)::int AS count FROM message WHERE id = ANY($1) GROUP BY 1`,
      [taken],
    );
    const counts = new Map(rows.map(({ tenantId, count }) => [tenantId, count]));
    return all.map(({ tenantId }) => counts.get(tenantId) ?? 0);
  }

  it('gives equal shares, however much one tenant has', async () => {
    const all = await tenants(3);
    await all[0]!.messages(200);
    await all[1]!.messages(50);
    await all[2]!.messages(50);
    expect(await shares(all, NORMAL, 90)).toEqual([30, 30, 30]);
  });

  it('gives what one tenant leaves to the others, until the round is full', async () => {
    const all = await tenants(2);
    await all[0]!.messages(200);
    await all[1]!.messages(10);
    expect(await shares(all, NORMAL, 100)).toEqual([90, 10]);
  });

  it('goes on with the next tenants where the last round ended', async () => {
    const all = await tenants(70);
    await Promise.all(all.map((tenant) => tenant.messages(3)));
    const first = await shares(all, NORMAL, 50);
    expect(first).toEqual([...Array<number>(50).fill(1), ...Array<number>(20).fill(0)]);
    const second = await shares(all, NORMAL, 20);
    expect(second).toEqual([...Array<number>(50).fill(0), ...Array<number>(20).fill(1)]);
    expect((await shares(all, NORMAL, 50))[0]).toBe(1);
  });

  it('remembers the turn of each line by itself', async () => {
    const all = await tenants(51);
    for (const tenant of all) {
      await tenant.messages(1);
      await tenant.messages(1, { priority: BULK.priority });
    }
    await turns.take(NORMAL, 50, LATER);
    expect((await shares(all, BULK, 50))[0]).toBe(1);
    expect(await shares(all, NORMAL, 1)).toEqual([...Array<number>(50).fill(0), 1]);
  });

  it('passes over tenants that have only scheduled messages', async () => {
    const all = await tenants(60);
    const tomorrow = new Date(Date.now() + 86_400_000);
    await Promise.all(all.slice(0, 59).map((tenant) => tenant.messages(1, { dueAt: tomorrow })));
    await all[59]!.messages(5);
    expect((await shares(all, NORMAL, 5)).at(-1)).toBe(5);
  });

  it('ends with what there is', async () => {
    const [tenant] = await tenants(1);
    await tenant!.messages(3);
    expect(await turns.take(NORMAL, 100, LATER)).toHaveLength(3);
    expect(await turns.take(NORMAL, 100, LATER)).toEqual([]);
  });

  it('takes a few more than asked for, rather than pass over a tenant in turn', async () => {
    const all = await tenants(20);
    await Promise.all(all.map((tenant) => tenant.messages(2)));
    expect(await shares(all, NORMAL, 5)).toEqual(Array<number>(20).fill(1));
  });
});
