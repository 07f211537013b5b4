import webPush from 'web-push';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedHttpServer } from '../libs/providers/src/http/testing/scripted-http-server.js';
import { ChannelScene } from './support/channel-scene.js';

const APP = 'com.example.shop';
const VAPID = webPush.generateVAPIDKeys();
const KEYS = { p256dh: VAPID.publicKey, auth: 'A'.repeat(22) };
/** More than open a breaker. */
const MANY = 8;

// The hosts that browsers name are strangers: what they do is no fault of the tenant's connection.
describe('push services that recipients name', () => {
  let scene: ChannelScene;
  let good: ScriptedHttpServer;
  let bad: ScriptedHttpServer;
  let hanging: ScriptedHttpServer;

  beforeAll(async () => {
    good = await ScriptedHttpServer.start(() => ({ status: 201 }));
    bad = await ScriptedHttpServer.start(({ path }) => ({ status: Number(path.slice(1, 4)) }));
    hanging = await ScriptedHttpServer.start(() => 'hang');
    scene = await ChannelScene.set('push', undefined, { SEND_TIMEOUT_MS: '3000' });
    await scene.post('/v1/senders', { channel: 'push', address: APP });
    const credentials = { public_key: VAPID.publicKey, private_key: VAPID.privateKey, subject: 'mailto:p@example.com' };
    await scene.post('/v1/connections', { channel: 'push', provider: 'web-push', name: 'web', credentials });
  });
  afterAll(async () => {
    await scene.end();
    await Promise.all([good.stop(), bad.stop(), hanging.stop()]);
  });

  function push(endpoint: string) {
    return { channel: 'push', sender: APP, to: JSON.stringify({ endpoint, keys: KEYS }), text: 'Hello' };
  }

  async function sendMany(endpoint: (n: number) => string, many = MANY): Promise<string[]> {
    const messages = Array.from({ length: many }, (_, n) => push(endpoint(n)));
    const { results } = await scene.post<{ results: { id: string }[] }>('/v1/messages/batch', { messages });
    return results.map(({ id }) => id);
  }

  async function reasons(ids: string[]): Promise<(string | null)[]> {
    const shown = await Promise.all(ids.map((id) => scene.get<{ reason: string | null }>(`/v1/messages/${id}`)));
    return shown.map(({ reason }) => reason);
  }

  async function goodOnesGo(): Promise<void> {
    const began = performance.now();
    const url = `${good.url}/${Math.random()}`;
    expect(await scene.send(push(url))).toMatchObject({ status: 'sent' });
    expect(performance.now() - began).toBeLessThan(4_000);
  }

  it('that are nowhere are dead: suppressed, and nobody else waits', async () => {
    const ids = await sendMany((n) => `https://gone.invalid/${n}`);
    await expect.poll(() => reasons(ids), { timeout: 10_000 }).toEqual(Array(MANY).fill('bad_token'));
    const { data } = await scene.get<{ data: { reason: string }[] }>('/v1/suppressions?channel=push');
    expect(data.map(({ reason }) => reason)).toEqual(Array(MANY).fill('invalid'));
    await goodOnesGo();
  });

  it.each([
    ['refuse connections', () => 'http://127.0.0.1:1/a', 'connection_refused'],
    ['refuse our keys', (n: number) => `${bad.url}/403/${n}`, 'subscription_refused'],
    ['want us to sign in', (n: number) => `${bad.url}/401/${n}`, 'subscription_refused'],
    ['are out of service', (n: number) => `${bad.url}/503/${n}`, 'server_unavailable'],
  ] as const)('that %s hold up nobody else', async (_, endpoint, reason) => {
    const ids = await sendMany(endpoint);
    await expect.poll(async () => (await reasons(ids)).includes(reason), { timeout: 10_000 }).toBe(true);
    await goodOnesGo();
  });

  it('that are silent take few of the places', async () => {
    await sendMany((n) => `${hanging.url}/${n}`, 100);
    await expect.poll(() => hanging.received.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await goodOnesGo();
    expect(hanging.received.length).toBeLessThanOrEqual(4);
  });
});
