import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../apps/api/src/http/create-api.js';
import { newApiKey } from '@outbell/shared/api-key.js';
import { SCOPES } from '@outbell/shared/constants/scopes.js';
import { ApiKeyRepository } from '@outbell/persistence/repositories/api-key.repository.js';
import { testConfig } from './support/config.js';
import { MailScene } from './support/mail-scene.js';
import { TRANSPORT_SCENES } from './support/transport-scenes.js';
import { until } from './support/until.js';

/** More than fits into the lanes of any broker at once: some wait in the database. */
const MANY = 2_500;

describe.each(TRANSPORT_SCENES)('messages over $name', ({ settings }) => {
  let scene: MailScene;
  let api: NestFastifyApplication;
  let headers: { authorization: string };

  beforeEach(async () => {
    scene = await MailScene.set({}, await settings());
    api = await createApi(testConfig(scene.environment));
    await api.init();
    await api.getHttpAdapter().getInstance().ready();
    const { key, prefix, secretHash } = newApiKey('live');
    const row = { name: 'test', mode: 'live' as const, prefix, secretHash, scopes: [...SCOPES], expiresAt: null };
    await api.get(ApiKeyRepository).create(scene.tenant.tenantId, { ...row, createdAt: new Date() });
    headers = { authorization: `Bearer ${key}` };
  });
  afterEach(async () => {
    await api.close();
    await scene.end();
  });

  const message = (n: number, more: object = {}) => ({
    ...{ channel: 'email', to: `ann-${n}@example.org`, sender: 'shop@example.com', subject: `No ${n}`, text: 'Hello' },
    ...more,
  });

  async function post(payload: object): Promise<string> {
    const answer = await api.inject({ method: 'POST', url: '/v1/messages', headers, payload });
    expect(answer.statusCode).toBe(202);
    return answer.json<{ id: string }>().id;
  }

  async function postMany(count: number): Promise<void> {
    for (let from = 0; from < count; from += 500) {
      const messages = Array.from({ length: Math.min(500, count - from) }, (_, n) => message(from + n));
      const answer = await api.inject({ method: 'POST', url: '/v1/messages/batch', headers, payload: { messages } });
      expect(answer.statusCode).toBe(202);
    }
  }

  const subjects = () => scene.server.messages.map((text) => /^Subject: (.*)\r?$/m.exec(text)?.[1]);

  it('reach their recipients, once each, the urgent before a backlog', async () => {
    await postMany(MANY);
    await scene.runWorker();
    await post(message(99_999, { priority: 'high' }));
    await until(async () => scene.server.messages.length === MANY + 1, 60_000);
    expect(new Set(subjects()).size).toBe(MANY + 1);
    expect(subjects().indexOf('No 99999')).toBeLessThan(MANY);
  });

  it('wait for their time, and go when it has come', async () => {
    await scene.runWorker();
    const at = new Date(Date.now() + 1_500).toISOString();
    await post(message(1, { scheduled_at: at }));
    await post(message(2));
    await until(async () => scene.server.messages.length === 2);
    expect(subjects()).toEqual(['No 2', 'No 1']);
  });

  it('do not go when they were cancelled, and all else goes while the worker is replaced', async () => {
    const cancelled = await post(message(1));
    const answer = await api.inject({ method: 'POST', url: `/v1/messages/${cancelled}/cancel`, headers });
    expect(answer.statusCode).toBe(200);
    await postMany(600);
    const first = await scene.runWorker();
    await until(async () => scene.server.messages.length > 0);
    await first.close();
    await scene.runWorker();
    await until(async () => scene.server.messages.length >= 600, 60_000);
    expect(new Set(subjects()).size).toBe(600);
    expect(await scene.statusesOf([cancelled])).toEqual(['canceled']);
  });
});
