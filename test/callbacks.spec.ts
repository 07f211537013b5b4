import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from './support/api.js';
import { callingConnection, CALLING_VENDORS, signed, type Told } from './support/calling-vendor.js';
import { until } from './support/until.js';
import { startWorker } from './support/worker.js';

const PUBLIC_URL = 'https://mail.example.com';

interface Shown {
  id: string;
  status: string;
  reason: string | null;
  timeline: { type: string; detail?: Record<string, string> }[];
}

// The whole way there and back: accepted, sent, told of, applied.
describe('a vendor that calls back', () => {
  let api: TestApi;
  let worker: NestFastifyApplication;
  let key: TestKey;

  beforeAll(async () => {
    const settings = { KEY_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`, PUBLIC_URL };
    api = await TestApi.start(settings, [], CALLING_VENDORS);
    worker = await startWorker({ DATABASE_URL: api.database.url, ...settings }, CALLING_VENDORS);
  });
  afterAll(async () => {
    await worker.close();
    await api.stop();
  });
  beforeEach(async () => {
    key = await api.newKey();
    await api.database.dataSource.query(
      `INSERT INTO sender (id, tenant_id, channel, address, status, verified_at)
       VALUES (gen_random_uuid(), $1, 'email', 'shop@example.com', 'verified', now())`,
      [key.tenantId],
    );
  });

  async function accepted(to: string): Promise<string> {
    const payload = { channel: 'email', to, sender: 'shop@example.com', subject: 'Hello', text: 'Hello' };
    const answer = await api.app.inject({ method: 'POST', url: '/v1/messages', payload, headers: key.headers });
    expect(answer.statusCode, answer.body).toBe(202);
    return answer.json<{ id: string }>().id;
  }

  async function shown(id: string): Promise<Shown> {
    return (await api.app.inject({ url: `/v1/messages/${id}`, headers: key.headers })).json<Shown>();
  }

  function becomes(id: string, status: string): Promise<Shown> {
    return until(async () => {
      const message = await shown(id);
      return message.status === status && message;
    });
  }

  /** To where the vendor was told to. */
  async function callBack(id: string, told: Told[]): Promise<void> {
    const url = (await shown(id)).timeline.find(({ type }) => type === 'sent')?.detail?.['callback_url'] ?? '';
    expect(url).toContain(`${PUBLIC_URL}/callbacks/`);
    const payload = JSON.stringify(told);
    const headers = { 'content-type': 'application/json', ...signed('secret', url, payload) };
    const answer = await api.app.inject({ method: 'POST', url: url.slice(PUBLIC_URL.length), payload, headers });
    expect(answer.statusCode, answer.body).toBe(200);
  }

  it.each(['caller', 'quiet'])('is heard: %s', async (provider) => {
    await callingConnection(api.database.dataSource, api.app.get(Vault), key.tenantId, { provider });
    const id = await accepted('ann@example.org');
    await becomes(id, 'sent');
    await callBack(id, [
      { eventId: 'o', kind: 'opened', messageId: id },
      { eventId: 'd', kind: 'delivered', providerMessageId: `v-${id}` },
    ]);
    const { timeline } = await becomes(id, 'delivered');
    expect(timeline.map(({ type }) => type)).toEqual(['queued', 'attempt', 'sent', 'opened', 'delivered']);
  });

  it('keeps who bounced from being written to again, and only by that tenant', async () => {
    const tenants = [key, await api.newKey()];
    await callingConnection(api.database.dataSource, api.app.get(Vault), key.tenantId);
    const id = await accepted('bob@example.org');
    await becomes(id, 'sent');
    await callBack(id, [{ kind: 'bounced', messageId: id, suppress: 'bounce', reason: 'bad_address' }]);
    expect(await becomes(id, 'bounced')).toMatchObject({ reason: 'bad_address' });
    await becomes(await accepted('bob@example.org'), 'suppressed');
    const lists = await Promise.all(tenants.map(({ headers }) => api.app.inject({ url: '/v1/suppressions', headers })));
    expect(lists.map((list) => list.json<{ data: object[] }>().data)).toEqual([
      [
        expect.objectContaining({
          address: 'bob@example.org',
          reason: 'bounce',
          evidence: expect.objectContaining({ message_id: id, provider: 'caller', event_id: 'e1' }) as object,
        }),
      ],
      [],
    ]);
  });

  it('is told of to the tenant, by an address to enter at the vendor', async () => {
    const id = await callingConnection(api.database.dataSource, api.app.get(Vault), key.tenantId);
    const shown = (await api.app.inject({ url: `/v1/connections/${id}`, headers: key.headers })).json<{
      callback_url: string;
    }>();
    expect(shown.callback_url).toMatch(`${PUBLIC_URL}/callbacks/caller/${id}?t=`);
  });
});
