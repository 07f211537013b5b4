import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { repositoryOn } from '../../../../test/support/repositories.js';
import { TenantRepository } from '../repositories/tenant.repository.js';
import { type PauseBounds, TenantPauseRepository } from './tenant-pause.repository.js';

const HOUR_MS = 3_600_000;
const BOUNDS: PauseBounds = {
  failureRate: 0.5,
  windowMs: HOUR_MS,
  complaintRate: 0.01,
  complaintWindowMs: 24 * HOUR_MS,
  least: 100,
};

describe('TenantPauseRepository', () => {
  let database: TestDatabase;
  let repository: TenantPauseRepository;
  let tenants: TenantRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new TenantPauseRepository(database.dataSource);
    tenants = repositoryOn(database.dataSource, TenantRepository);
  });
  afterAll(() => database.drop());

  async function tenant(): Promise<string> {
    return (await TenantFactory.create(database.dataSource)).tenantId;
  }

  async function complain(tenantId: string, times: number, evidence: object = { message_id: newId() }): Promise<void> {
    for (let time = 0; time < times; time++)
      await database.dataSource.query(
        `INSERT INTO suppression (id, tenant_id, channel, address, reason, evidence) VALUES ($1, $2, 'email', $3,
          'complaint', $4)`,
        [newId(), tenantId, `${newId()}@example.org`, evidence],
      );
  }

  async function paused(bounds: Partial<PauseBounds> = {}): Promise<Record<string, string>> {
    const pauses = await repository.pause({ ...BOUNDS, ...bounds });
    return Object.fromEntries(pauses.map(({ tenantId, reason }) => [tenantId, reason]));
  }

  it('pauses whose failures reach the bound, among enough messages, and says what it saw', async () => {
    const [bad, good, small] = [await tenant(), await tenant(), await tenant()];
    await repository.count([
      { tenantId: bad, ended: 60, failed: 20 },
      { tenantId: good, ended: 200, failed: 99 },
      { tenantId: small, ended: 99, failed: 99 },
    ]);
    await repository.count([{ tenantId: bad, ended: 40, failed: 30 }]);
    expect(await paused()).toEqual({ [bad]: 'failure_rate' });
    expect(await tenants.find(bad)).toMatchObject({
      pausedAt: expect.any(Date) as Date,
      pauseReason: 'failure_rate',
      pauseDetail: { ended: 100, failed: 50, window_ms: HOUR_MS },
    });
    expect(await tenants.events(bad, 10)).toMatchObject([{ type: 'paused', reason: 'failure_rate' }]);
    expect((await tenants.find(good))?.pausedAt).toBeNull();
    expect(await paused()).toEqual({});
  });

  it('pauses of whom recipients complain, three at least; what it brought along counts for nothing', async () => {
    const [bad, lucky, careful] = [await tenant(), await tenant(), await tenant()];
    await repository.count([bad, lucky, careful].map((tenantId) => ({ tenantId, ended: 150, failed: 0 })));
    await complain(bad, 3);
    await complain(lucky, 2);
    await complain(careful, 5, {});
    expect(await paused({ complaintRate: 0 })).toEqual({});
    expect(await paused()).toEqual({ [bad]: 'complaint_rate' });
    expect(await tenants.find(bad)).toMatchObject({
      pauseDetail: { ended: 150, complaints: 3, window_ms: 24 * HOUR_MS },
    });
  });

  it('holds complaints against all that was sent in the day, not against the last hour’s', async () => {
    const [large, small] = [await tenant(), await tenant()];
    await repository.count([
      { tenantId: large, ended: 10_000, failed: 0 },
      { tenantId: small, ended: 150, failed: 0 },
    ]);
    await database.dataSource.query(
      `UPDATE tenant_outcome SET at = at - interval '20 hours' WHERE tenant_id = ANY($1)`,
      [[large, small]],
    );
    await complain(large, 5);
    await complain(small, 5);
    // Who has sent nothing lately is not judged.
    expect(await paused()).toEqual({});
    await repository.count([large, small].map((tenantId) => ({ tenantId, ended: 200, failed: 0 })));
    expect(await paused()).toEqual({ [small]: 'complaint_rate' });
    expect((await tenants.find(small))?.pauseDetail).toMatchObject({ ended: 350, complaints: 5 });
  });

  it('forgets nothing of a tenant that was not paused and resumes', async () => {
    const tenantId = await tenant();
    await repository.count([{ tenantId, ended: 100, failed: 100 }]);
    expect(await repository.resume(tenantId, 'ob_live_x')).toBe(false);
    expect(await paused()).toEqual({ [tenantId]: 'failure_rate' });
  });

  it('looks back as far as its window, and not beyond a resumption', async () => {
    const tenantId = await tenant();
    await repository.count([{ tenantId, ended: 100, failed: 100 }]);
    const age = (by: string) =>
      database.dataSource.query(`UPDATE tenant_outcome SET at = at - $2::interval WHERE tenant_id = $1`, [
        tenantId,
        by,
      ]);
    await age('2 hours');
    expect(await paused()).toEqual({});
    expect(await paused({ failureRate: 0, windowMs: 86_400_000 })).toEqual({});
    expect(await paused({ windowMs: 86_400_000 })).toEqual({ [tenantId]: 'failure_rate' });
    expect(await repository.resume(tenantId, 'ob_live_x')).toBe(true);
    expect(await repository.resume(tenantId, 'ob_live_x')).toBe(false);
    expect(await paused({ windowMs: 86_400_000 })).toEqual({});
    await repository.count([{ tenantId, ended: 1, failed: 1 }]);
    await age('3 hours');
    await repository.forget({ ...BOUNDS, complaintWindowMs: 2 * HOUR_MS });
    const [row] = await database.dataSource.query(
      `SELECT count(*)::int FROM tenant_outcome WHERE at < now() - interval '2 hours'`,
    );
    expect(row).toEqual({ count: 0 });
  });
});
