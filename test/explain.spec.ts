import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  close,
  say,
  type Script,
  ScriptedSmtpServer,
} from '../libs/providers/src/email/testing/scripted-smtp-server.js';
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
    const url = `/v1/messages/${sent.json().id}/explain`;
    return until(async () => {
      const answer = (await api.app.inject({ url, headers: key.headers })).json<Told>();
      return (answer.reason !== null || answer.status === 'sent') && answer.status !== 'processing' && answer;
    });
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
      `INSERT INTO suppression (id, tenant_id, channel, address, reason) VALUES (gen_random_uuid(), $1, 'email', 'ann@example.org', 'unsubscribe')`,
      [known.tenant.tenantId],
    );
    const explanation = await told(known);
    expect(explanation).toMatchObject({ status: 'suppressed', summary: 'Not sent: the recipient has unsubscribed.' });
    expect(step(explanation, 'suppression')).toMatchObject({ verdict: 'stopped', seen: { suppressed: 'unsubscribe' } });
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
