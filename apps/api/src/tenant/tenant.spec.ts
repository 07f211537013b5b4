import { newId } from '@outbell/shared/uuid.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import type { TenantDto } from './tenant.dto.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  key = await api.newKey();
});

function request(method: 'GET' | 'POST', path: string, by = key) {
  return api.app.inject({ method, url: `/v1/tenant${path}`, headers: by.headers });
}

async function pause({ tenantId }: TestKey): Promise<void> {
  const detail = { ended: 400, failed: 260, window_ms: 3_600_000 };
  await api.database.dataSource.query(
    `UPDATE tenant SET paused_at = now(), pause_reason = 'failure_rate', pause_detail = $2 WHERE id = $1`,
    [tenantId, detail],
  );
  await api.database.dataSource.query(
    `INSERT INTO tenant_event (tenant_id, id, type, at, reason, detail) VALUES ($1, $2, 'paused', now(), 'failure_rate',
      $3)`,
    [tenantId, newId(), detail],
  );
}

describe('GET /v1/tenant', () => {
  it('shows the tenant of the key', async () => {
    expect((await request('GET', '')).json()).toMatchObject({
      id: key.tenantId,
      status: 'active',
      paused_at: null,
      pause_reason: null,
      events: [],
    });
  });

  it('says that it is paused, since when and why, and nothing of others', async () => {
    await pause(await api.newKey());
    expect((await request('GET', '')).json()).toMatchObject({ status: 'active', events: [] });
    await pause(key);
    const shown = (await request('GET', '')).json<TenantDto>();
    expect(shown).toMatchObject({ status: 'paused', pause_reason: 'failure_rate', pause_detail: { failed: 260 } });
    expect(shown.events).toMatchObject([{ type: 'paused', reason: 'failure_rate', detail: { ended: 400 } }]);
  });
});

describe('POST /v1/tenant/resume', () => {
  it('lets it send again, once, and remembers who did it', async () => {
    await pause(key);
    await api.database.dataSource.query(`INSERT INTO tenant_outcome VALUES ($1, now(), 400, 260)`, [key.tenantId]);
    const answer = await request('POST', '/resume');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'active',
      pause_reason: null,
      events: [{ type: 'resumed', detail: { key_prefix: key.prefix } }, { type: 'paused' }],
    });
    const counted = await api.database.dataSource.query(`SELECT FROM tenant_outcome WHERE tenant_id = $1`, [
      key.tenantId,
    ]);
    expect(counted).toEqual([]);
    expect((await request('POST', '/resume')).statusCode).toBe(409);
  });

  it('asks for its scope, and resumes no other tenant', async () => {
    const other = await api.newKey();
    await pause(other);
    expect((await request('POST', '/resume')).statusCode).toBe(409);
    const reader = await api.newKey({ tenantId: other.tenantId, scopes: ['tenant:read'] });
    expect((await request('POST', '/resume', reader)).statusCode).toBe(403);
    expect((await request('GET', '', reader)).json()).toMatchObject({ status: 'paused' });
  });
});
