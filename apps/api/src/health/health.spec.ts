import { VERSION } from '@outbell/shared/version.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';

let api: TestApi;

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

describe('/health', () => {
  it.each(['/health', '/health/ready', '/health/live'])('%s is 200 without a key while all is well', async (url) => {
    const answer = await api.app.inject({ url });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ status: 'ok' });
  });

  it('names the database when it is gone, and stays live', async () => {
    await api.database.drop();
    const ready = await api.app.inject({ url: '/health/ready' });
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toMatchObject({
      status: 'error',
      error: { database: { status: 'down', message: 'cannot be reached' } },
    });
    expect((await api.app.inject({ url: '/health/live' })).statusCode).toBe(200);
  });

  it('tells the version', async () => {
    const other = await TestApi.start();
    expect((await other.app.inject({ url: '/health' })).json()).toMatchObject({ version: VERSION });
    expect(VERSION).toMatch(/^\d+\.\d+\.\d+/);
    await other.stop();
  });

  it('tells no addresses to whoever asks', async () => {
    const proxy = await TcpProxy.to(testRedisUrl());
    const other = await TestApi.start({ QUEUE_URL: proxy.url });
    await proxy.shut();
    const { body, statusCode } = await other.app.inject({ url: '/health' });
    expect(statusCode).toBe(503);
    expect(body).toContain('cannot be reached');
    expect(body).not.toContain('127.0.0.1');
    expect(body).not.toContain(new URL(proxy.url).port);
    await other.stop();
  });

  it('is not ready on a database of an older release, and says what mends it', async () => {
    const other = await TestApi.start();
    await other.database.dataSource.query('DELETE FROM migration WHERE id = (SELECT max(id) FROM migration)');
    const ready = await other.app.inject({ url: '/health/ready' });
    expect(ready.statusCode).toBe(503);
    expect(ready.body).toContain('run outbell migrate');
    await other.stop();
  });
});
