import { type AddressInfo, createServer, type Server } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestApi, type TestKey } from '../../../../test/support/api.js';
import { connectionSteps, SMTP } from '../../../../test/support/connection-steps.js';

let api: TestApi;
let key: TestKey;

beforeAll(async () => {
  api = await TestApi.start({ OUTBOUND_ALLOW: '127.0.0.0/8' });
});
afterAll(() => api.stop());
beforeEach(async () => {
  key = await api.newKey();
});

const { request, made } = connectionSteps(() => ({ api, key }));

describe('POST /v1/connections/:id/verify', () => {
  let smtp: SMTPServer;
  let closed: Server;

  beforeAll(async () => {
    smtp = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise<void>((resolve) => smtp.close(() => resolve())));

  const local = (port: number) => ({ credentials: { host: '127.0.0.1', port, security: 'none' } });

  it('says that the server answers', async () => {
    const { id } = await made(local((smtp.server.address() as AddressInfo).port));
    const answer = await request('POST', `/${id}/verify`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ok: true });
  });

  it('says why it does not', async () => {
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const { id } = await made(local(port));
    const answer = await request('POST', `/${id}/verify`);
    expect(answer.json()).toEqual({ ok: false, reason: expect.any(String) as string });
  });
});

describe('a connection that is saved', () => {
  it('is told what the provider said to its credentials, and saved all the same', async () => {
    const server = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const credentials = { host: '127.0.0.1', port: (server.server.address() as AddressInfo).port, security: 'none' };
    const saved = await made({ credentials });
    expect(saved).toMatchObject({ verification: { ok: true } });
    await new Promise<void>((resolve) => server.close(resolve));
    const changed = await request('PATCH', `/${saved.id}`, {
      credentials: { ...credentials, username: 'x', password: 'y' },
    });
    expect(changed.statusCode).toBe(200);
    expect(changed.json()).toMatchObject({
      version: 2,
      verification: { ok: false, reason: expect.stringContaining('connection_refused') },
    });
    expect((await request('PATCH', `/${saved.id}`, { priority: 3 })).json()).not.toHaveProperty('verification');
    expect((await request('GET', `/${saved.id}`)).json()).not.toHaveProperty('verification');
  });

  it('waits no longer for its provider than a call may take', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const impatient = await TestApi.start({ OUTBOUND_ALLOW: '127.0.0.0/8', SEND_TIMEOUT_MS: '200' });
    try {
      const { headers } = await impatient.newKey();
      const credentials = { host: '127.0.0.1', port: (silent.address() as AddressInfo).port, security: 'none' };
      const payload = { ...SMTP, credentials };
      const answer = await impatient.app.inject({ method: 'POST', url: '/v1/connections', headers, payload });
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toMatchObject({ verification: { ok: false, reason: expect.stringMatching(/^timeout/) } });
    } finally {
      await impatient.stop();
      silent.close();
    }
  });
});
