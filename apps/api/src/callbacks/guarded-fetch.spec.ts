import { type Reply, ScriptedHttpServer } from '@outbell/providers/http/testing/scripted-http-server.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { GuardedFetch } from './guarded-fetch.js';

const LOOPBACK = '127.0.0.0/8';

let server: ScriptedHttpServer;
let secret: Reply;
let fetching: GuardedFetch;
beforeEach(async () => {
  secret = { status: 200, body: 'of the inside' };
  server = await ScriptedHttpServer.start(({ path }) =>
    path === '/away' ? { status: 302, headers: { location: `${server.url}/inside` } } : secret,
  );
});
afterEach(async () => {
  fetching.onApplicationShutdown();
  await server.stop();
});

function fetchText(url: string, allowed = LOOPBACK): Promise<string> {
  fetching = new GuardedFetch(testConfig({ OUTBOUND_ALLOW: allowed }));
  return fetching.fetchText(new URL(url));
}

describe('what a callback asks us to fetch', () => {
  it('is fetched where it may be', async () => {
    expect(await fetchText(`${server.url}/certificate.pem`)).toBe('of the inside');
  });

  it('leads no further than its own address: a redirect is not followed', async () => {
    await expect(fetchText(`${server.url}/away`)).rejects.toThrow('127.0.0.1 answered 302');
    expect(server.received.map(({ path }) => path)).toEqual(['/away']);
  });

  it('is not believed without a 200', async () => {
    secret = { status: 404, body: 'none' };
    await expect(fetchText(`${server.url}/certificate.pem`)).rejects.toThrow('answered 404');
  });

  it.each(['http:', 'https:'])(
    'is not of this machine or its network, which no setting allows: %s',
    async (protocol) => {
      await expect(fetchText(server.url.replace('http:', protocol), '')).rejects.toThrow();
      expect(server.received).toEqual([]);
    },
  );

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'https://user@example.com/', 'https://:word@example.com/'])(
    'is not %s',
    async (url) => {
      await expect(fetchText(url)).rejects.toThrow('only https addresses without a user');
    },
  );
});
