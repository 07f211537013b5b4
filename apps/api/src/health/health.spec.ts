import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';

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
    expect(ready.json()).toMatchObject({ status: 'error', error: { database: { status: 'down' } } });
    expect((await api.app.inject({ url: '/health/live' })).statusCode).toBe(200);
  });
});
