import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { afterEach, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';

const TOKEN = 'a-token-of-some-length';

let api: TestApi;
afterEach(() => api.stop());

function read(authorization?: string) {
  return api.app.inject({ url: '/metrics', headers: authorization === undefined ? {} : { authorization } });
}

describe('/metrics', () => {
  it('shows requests by route pattern, and what parts count', async () => {
    api = await TestApi.start();
    const key = await api.newKey();
    await api.app.inject({ url: '/v1/keys?limit=3', headers: key.headers });
    api.app.get(Metrics).counter('things_total', 'Things', ['kind']).inc({ kind: 'a' });
    const { headers, body } = await read();
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('http_request_duration_seconds_count{method="GET",route="/v1/keys",status="200"} 1');
    expect(body).toContain('things_total{kind="a"} 1');
    expect(body).toContain('process_cpu_seconds_total');
  });

  it('asks for the token when there is one', async () => {
    api = await TestApi.start({ METRICS_TOKEN: TOKEN });
    expect((await read()).statusCode).toBe(401);
    expect((await read('Bearer wrong')).statusCode).toBe(401);
    expect((await read(`Bearer ${TOKEN}`)).statusCode).toBe(200);
  });

  it('is not there in production without a token', async () => {
    api = await TestApi.start({ NODE_ENV: 'production' });
    expect((await read()).statusCode).toBe(404);
  });
});
