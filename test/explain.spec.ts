import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  close,
  say,
  type Script,
  ScriptedSmtpServer,
} from '../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import { TestApi, type TestKey } from './support/api.js';
import { TenantFactory } from './support/factories.js';
import { until } from './support/until.js';
import { startWorker } from './support/worker.js';

interface Told {
  status: string;
  reason: string | null;
  summary: string;
  next_try_at: string | null;
  steps: { step: string; verdict: string; reason?: string; seen: Record<string, unknown> }[];
}

// "Why was this not sent (yet)?", asked by the API of messages that a worker has really met.
describe('explain', () => {
  let api: TestApi;
  let worker: NestFastifyApplication;
  let server: ScriptedSmtpServer | undefined;

  beforeAll(async () => {
    const keys = { KEY_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}` };
    api = await TestApi.start(keys);
    worker = await startWorker({
      ...keys,
      DATABASE_URL: api.database.url,
      RETRY_DELAY_MS: '600000',
      RETRY_ATTEMPTS: '3',
    });
  });
  afterEach(() => server?.stop());
  afterAll(async () => {
    await worker.close();
    await api.stop();
  });

  async function tenantWith(script: Script | null): Promise<{ tenant: TenantFactory; key: TestKey }> {
    const tenant = await TenantFactory.create(api.database.dataSource);
    if (script) {
      server = await ScriptedSmtpServer.start(script);
      await tenant.smtpConnection(server.port, api.app.get(Vault));
    }
    return { tenant, key: await api.newKey({ tenantId: tenant.tenantId }) };
  }

  /** Sends a message and tells what is said of it once a worker has met it. */
  async function told({ key }: { key: TestKey }): Promise<Told> {
    const payload = { channel: 'email', to: 'ann@example.org', sender: 'shop@example.com', subject: 'Hi', text: 'Hi' };
    const sent = await api.app.inject({ method: 'POST', url: '/v1/messages', headers: key.headers, payload });
    return until(async () => {
      const answer = await explained(key, sent.json<{ id: string }>().id);
      return (answer.reason !== null || answer.status === 'sent') && answer.status !== 'processing' && answer;
    });
  }

  async function explained({ headers }: TestKey, id: string): Promise<Told> {
    return (await api.app.inject({ url: `/v1/messages/${id}/explain`, headers })).json<Told>();
  }

  async function latest({ headers }: TestKey): Promise<{ id: string }> {
    const { data } = (await api.app.inject({ url: '/v1/messages?limit=1', headers })).json<{
      data: [{ id: string }];
    }>();
    return data[0];
  }

  async function connectionOf(tenantId: string): Promise<string> {
    const [row] = await api.database.dataSource.query<[{ id: string }]>(
      `SELECT id FROM connection WHERE tenant_id = $1`,
      [tenantId],
    );
    return row.id;
  }

  function step(explanation: Told, name: string) {
    return explanation.steps.find((each) => each.step === name);
  }

  it('says of a 550 that it is over, and what the server said', async () => {
    const explanation = await told(await tenantWith({ rcpt: say('550 5.1.1 no such user') }));
    expect(explanation).toMatchObject({ status: 'failed', next_try_at: null });
    expect(step(explanation, 'content')?.verdict).toBe('passed');
    expect(step(explanation, 'provider')).toMatchObject({ verdict: 'stopped', reason: 'bad_address' });
    expect(step(explanation, 'provider')?.seen).toMatchObject({
      reply: expect.stringContaining('550 5.1.1') as string,
    });
  });

  it('says of a 451 when it is tried again', async () => {
    const explanation = await told(await tenantWith({ rcpt: say('451 4.7.1 greylisted') }));
    expect(explanation.status).toBe('queued');
    expect(step(explanation, 'provider')).toMatchObject({ verdict: 'waiting', seen: { attempts: 1 } });
    const wait = Date.parse(explanation.next_try_at ?? '') - Date.now();
    expect(wait).toBeGreaterThan(590_000);
    expect(wait).toBeLessThan(900_000);
  });

  it('says of a cut after the final dot that nobody knows', async () => {
    const explanation = await told(await tenantWith({ dot: close }));
    expect(explanation).toMatchObject({ status: 'unknown', next_try_at: null });
    expect(explanation.summary).toContain('may or may not have been sent');
    expect(step(explanation, 'provider')).toMatchObject({ verdict: 'waiting', reason: 'no_reply_after_data' });
  });

  it('says that there is no connection, and that it waits for one', async () => {
    const explanation = await told(await tenantWith(null));
    expect(explanation.status).toBe('queued');
    expect(step(explanation, 'connection')).toMatchObject({ verdict: 'waiting', reason: 'no_connection' });
    expect(explanation.next_try_at).not.toBeNull();
  });

  it('says who is suppressed, since when', async () => {
    const known = await tenantWith({});
    await api.database.dataSource.query(
      `INSERT INTO suppression (id, tenant_id, channel, address, reason) VALUES (gen_random_uuid(), $1, 'email',
        'ann@example.org', 'unsubscribe')`,
      [known.tenant.tenantId],
    );
    const explanation = await told(known);
    expect(explanation).toMatchObject({ status: 'suppressed', summary: 'Not sent: the recipient has unsubscribed.' });
    expect(step(explanation, 'suppression')).toMatchObject({ verdict: 'stopped', seen: { suppressed: 'unsubscribe' } });
  });

  it('says of what was sent what was found then, and not what is so today', async () => {
    const known = await tenantWith({});
    const connectionId = await connectionOf(known.tenant.tenantId);
    expect(await told(known)).toMatchObject({ status: 'sent' });
    const { tenantId, senderId } = known.tenant;
    await api.database.dataSource.query(
      `INSERT INTO suppression (id, tenant_id, channel, address, reason) VALUES (gen_random_uuid(), $1, 'email',
        'ann@example.org', 'unsubscribe')`,
      [tenantId],
    );
    await api.database.dataSource.query(`UPDATE sender SET status = 'paused' WHERE id = $1`, [senderId]);
    await api.database.dataSource.query(`UPDATE connection SET active = false WHERE id = $1`, [connectionId]);
    const explanation = await explained(known.key, (await latest(known.key)).id);
    expect(step(explanation, 'suppression')).toEqual({ step: 'suppression', verdict: 'passed', seen: {} });
    expect(step(explanation, 'sender')).toMatchObject({ verdict: 'passed', seen: { sender_id: senderId } });
    expect(step(explanation, 'connection')?.seen).toEqual({
      connection_id: connectionId,
      provider: 'smtp',
      name: 'smtp',
    });
  });

  it('says of a server that nobody hears at that nobody answered', async () => {
    const known = await tenantWith({});
    await server?.stop();
    const explanation = await told(known);
    expect(explanation).toMatchObject({ status: 'queued', reason: 'connection_refused' });
    expect(explanation.summary).toBe('Waits: the provider’s server refuses connections.');
  });

  it('says which limit is full, and when its slot is', async () => {
    const known = await tenantWith({});
    await api.database.dataSource.query(`UPDATE sender SET rate_limits = '1/h' WHERE id = $1`, [known.tenant.senderId]);
    expect(await told(known)).toMatchObject({ status: 'sent' });
    const explanation = await told(known);
    expect(explanation.status).toBe('queued');
    expect(step(explanation, 'limits')).toMatchObject({
      verdict: 'waiting',
      reason: 'rate_limited',
      seen: { level: 'sender', limit: 1, window_ms: 3_600_000, slot_at: explanation.next_try_at },
    });
  });
});
