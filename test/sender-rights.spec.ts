import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SenderDto } from '../apps/api/src/senders/sender.dto.js';
import { ScriptedSmtpServer } from '../libs/providers/src/smtp/testing/scripted-smtp-server.js';
import type { TestKey } from './support/api.js';
import { ChannelScene } from './support/channel-scene.js';
import { until } from './support/until.js';

// Who may send as whom: by a mail server of the tenant's own, which reads all that goes through it, and by that of the
// installation.
describe('a tenant’s own mail server beside the installation’s', () => {
  let installation: ScriptedSmtpServer;
  let own: ScriptedSmtpServer;
  let scene: ChannelScene;
  let key: TestKey;

  beforeAll(async () => {
    [installation, own] = await Promise.all([ScriptedSmtpServer.start({}), ScriptedSmtpServer.start({})]);
    const SMTP_URL = `smtp://127.0.0.1:${installation.port}?security=none`;
    scene = await ChannelScene.set('email,sms', undefined, { INSTALLATION_CONNECTIONS: 'true', SMTP_URL });
  });
  beforeEach(async () => {
    key = await scene.api.newKey();
    installation.messages.splice(0);
    own.messages.splice(0);
  });
  afterAll(async () => {
    await scene.end();
    await Promise.all([installation.stop(), own.stop()]);
  });

  const codeIn = (server: ScriptedSmtpServer) => /code is (\d{6})/.exec(server.messages.at(-1) ?? '')?.[1];

  async function connect(): Promise<string> {
    const credentials = { host: '127.0.0.1', port: own.port, security: 'none' };
    const wanted = { channel: 'email', provider: 'smtp', name: 'ours', credentials };
    return (await scene.post<{ id: string }>('/v1/connections', wanted, key)).id;
  }

  function request(method: 'POST' | 'DELETE', url: string, payload?: object) {
    return scene.api.app.inject({ method, url, headers: key.headers, ...(payload && { payload }) });
  }

  async function sender(address: string): Promise<SenderDto> {
    return scene.post<SenderDto>('/v1/senders', { channel: 'email', address }, key);
  }

  const message = (from: string) => ({
    channel: 'email',
    sender: from,
    to: 'ann@example.org',
    subject: 'x',
    text: 'x',
  });

  it('reads no code: that goes by the installation’s, and verifies for both', async () => {
    await connect();
    const { id } = await sender('ceo@bank.example');
    const code = await until(() => Promise.resolve(codeIn(installation)));
    expect(own.messages).toEqual([]);
    const verified = await scene.post<SenderDto>(`/v1/senders/${id}/verify`, { code }, key);
    expect(verified).toMatchObject({ status: 'verified', verified_over: 'installation' });
    expect(await scene.send(message('ceo@bank.example'), key)).toMatchObject({ status: 'sent' });
    expect(own.messages).toHaveLength(1);
  });

  it('reads no code that is sent again, and none of a sender that it has verified before', async () => {
    await connect();
    const { id } = await sender('ceo@bank.example');
    // As one from before the installation had connections: the tenant's own server has read its code.
    await scene.api.database.dataSource.query(
      `UPDATE sender SET status = 'verified', verified_at = now(), code_hash = NULL, code_expires_at = NULL,
        verified_over = 'tenant' WHERE id = $1`,
      [id],
    );
    await until(() => Promise.resolve(codeIn(installation)));
    installation.messages.splice(0);
    await scene.post(`/v1/senders/${id}/resend-code`, {}, key);
    const code = await until(() => Promise.resolve(codeIn(installation)));
    expect(own.messages).toEqual([]);
    const wrong = await request('POST', `/v1/senders/${id}/verify`, { code: code === '000000' ? '000001' : '000000' });
    expect(wrong.statusCode).toBe(422);
    const shown = async () => (await scene.get<SenderDto>(`/v1/senders/${id}`, key)).verified_over;
    expect(await shown()).toBe('tenant');
    await scene.post(`/v1/senders/${id}/verify`, { code }, key);
    expect(await shown()).toBe('installation');
    expect((await request('POST', `/v1/senders/${id}/resend-code`)).statusCode).toBe(409);
  });

  it('lets a sender that it vouches for go by itself, and never by the installation’s', async () => {
    const connection = await connect();
    const { id } = await sender('ceo@bank.example');
    await scene.api.database.dataSource.query(
      `UPDATE sender SET status = 'verified', verified_at = now(), verified_over = 'tenant' WHERE id = $1`,
      [id],
    );
    expect(await scene.send(message('ceo@bank.example'), key)).toMatchObject({ status: 'sent' });
    expect(own.messages).toHaveLength(1);
    // One that was accepted while there was a way for it.
    const scheduled_at = new Date(Date.now() + 3_600_000).toISOString();
    const waiting = await scene.post<{ id: string }>(
      '/v1/messages',
      { ...message('ceo@bank.example'), scheduled_at },
      key,
    );
    installation.messages.splice(0);
    expect((await request('DELETE', `/v1/connections/${connection}`)).statusCode).toBe(204);
    await scene.api.database.dataSource.query(
      `WITH due AS (UPDATE message SET due_at = now() WHERE id = $1)
       UPDATE message_schedule SET due_at = now(), run_at = now() WHERE message_id = $1`,
      [waiting.id],
    );
    const refused = await request('POST', '/v1/messages', message('ceo@bank.example'));
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({
      errors: [{ field: 'sender', message: expect.stringContaining('own connections alone') as string }],
    });
    const explained = await until(async () => {
      const explanation = await scene.get<{ reason: string | null; steps: { step: string; seen: object }[] }>(
        `/v1/messages/${waiting.id}/explain`,
        key,
      );
      return explanation.reason !== null && explanation;
    });
    expect(explained.reason).toBe('sender_not_verified_for_installation');
    expect(explained.steps.find(({ step }) => step === 'connection')?.seen).toMatchObject({
      excluded: [{ installation: true, provider: 'smtp', reason: 'sender_not_verified_for_installation' }],
    });
    expect(installation.messages).toEqual([]);
  });

  it('is not told of a test message, which needs no way', async () => {
    const test = await scene.api.newKey({ tenantId: key.tenantId, mode: 'test' });
    const { id } = await sender('shop@example.com');
    await scene.api.database.dataSource.query(
      `UPDATE sender SET status = 'verified', verified_at = now() WHERE id = $1`,
      [id],
    );
    expect(await scene.send(message('shop@example.com'), test)).toMatchObject({ status: 'sent', provider: 'test' });
  });
});

describe('an installation without connections', () => {
  it('sends codes by the tenant’s own, and the sender goes by these alone', async () => {
    const own = await ScriptedSmtpServer.start({});
    const scene = await ChannelScene.set('email');
    try {
      const credentials = { host: '127.0.0.1', port: own.port, security: 'none' };
      await scene.post('/v1/connections', { channel: 'email', provider: 'smtp', name: 'ours', credentials });
      const { id } = await scene.post<SenderDto>('/v1/senders', { channel: 'email', address: 'shop@example.com' });
      const code = await until(() => Promise.resolve(/code is (\d{6})/.exec(own.messages.at(-1) ?? '')?.[1]));
      const verified = await scene.post<SenderDto>(`/v1/senders/${id}/verify`, { code });
      expect(verified).toMatchObject({ status: 'verified', verified_over: 'tenant' });
    } finally {
      await scene.end();
      await own.stop();
    }
  });
});
