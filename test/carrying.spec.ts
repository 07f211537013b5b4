import { generateKeyPairSync } from 'node:crypto';
import 'google-auth-library';
import webPush from 'web-push';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Received, ScriptedHttpServer } from '../libs/providers/src/http/testing/scripted-http-server.js';
import { ChannelScene } from './support/channel-scene.js';

const APP = 'com.example.shop';
const OURS = '+33698765432';
const NUMBER = '+33612345678';
const SID = 'HX0123456789abcdef0123456789abcdef';
const ACCOUNT = {
  project_id: 'our-app',
  client_email: 'push@our-app.example',
  private_key: generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
};
const VAPID = webPush.generateVAPIDKeys();
const KEYS = { p256dh: VAPID.publicKey, auth: 'A'.repeat(22) };

type Step = { step: string; seen: { excluded?: object[] } };

// A connection never gets what its provider does not carry: neither first, nor by failover, nor as the only one.
describe('pushes to apps and browsers', () => {
  let scene: ChannelScene;
  let vendor: ScriptedHttpServer;

  beforeAll(async () => {
    vendor = await ScriptedHttpServer.start(answerOf);
    scene = await ChannelScene.set('push');
    await scene.post('/v1/senders', { channel: 'push', address: APP });
  });
  beforeEach(() => vendor.received.splice(0));
  afterAll(async () => {
    await scene.end();
    await vendor.stop();
  });

  function answerOf({ path, body }: Received) {
    if (path.includes('/our-app/') && body.includes('theirs')) {
      const error = { code: 403, status: 'PERMISSION_DENIED', details: [{ errorCode: 'SENDER_ID_MISMATCH' }] };
      return { status: 403, body: { error } };
    }
    if (path === '/token') return { status: 200, body: { access_token: 'x', expires_in: 3_599, token_type: 'Bearer' } };
    if (path.endsWith(':send')) return { status: 200, body: { name: 'projects/our-app/messages/1' } };
    return { status: 201 };
  }

  function push(to: string, more: object = {}) {
    return { channel: 'push', sender: APP, to, text: 'Hello', ...more };
  }

  const browser = () => JSON.stringify({ endpoint: `${vendor.url}/browser`, keys: KEYS });
  const fcm = () => ({ service_account: ACCOUNT, base_url: vendor.url });
  const vapid = { public_key: VAPID.publicKey, private_key: VAPID.privateKey, subject: 'mailto:push@example.com' };

  async function refusal(payload: object) {
    const { headers } = scene.key;
    const answer = await scene.api.app.inject({ method: 'POST', url: '/v1/messages', headers, payload });
    return [answer.statusCode, answer.json<{ errors?: { field: string; message: string }[] }>().errors];
  }

  it('are refused as long as no connection carries them, and not while there is none at all', async () => {
    const early = await scene.post<{ id: string }>(
      '/v1/messages',
      push(browser(), { scheduled_at: new Date(Date.now() + 3_600_000).toISOString() }),
    );
    expect(early.id).toBeDefined();
    await scene.post('/v1/connections', { channel: 'push', provider: 'fcm', name: 'apps', credentials: fcm() });
    const message = 'no active push connection carries pushes to browsers; add one of web-push';
    expect(await refusal(push(browser()))).toEqual([400, [{ field: 'to', code: 'cannot_carry', message }]]);
    const behind = { ...push('device'), fallback: [{ ...push(browser()), after: 'PT1M' }] };
    expect(await refusal(behind)).toEqual([400, [{ field: 'fallback.0.to', code: 'cannot_carry', message }]]);
    const contact = { external_id: 'ann', email: 'ann@example.org' };
    const { id } = await scene.post<{ id: string }>('/v1/contacts', contact);
    await scene.post(`/v1/contacts/${id}/devices`, { provider: 'web-push', token: browser() });
    const { to: _, ...rest } = push('');
    expect(await refusal({ ...rest, to_contact: 'ann' })).toEqual([
      400,
      [{ field: 'to_contact', code: 'cannot_carry', message }],
    ]);
  });

  it('go each by the connection that carries it, also when that one fails', async () => {
    const credentials = vapid;
    await scene.post('/v1/connections', { channel: 'push', provider: 'web-push', name: 'web', credentials });
    expect(await scene.send(push('device'))).toMatchObject({ status: 'sent', provider: 'fcm' });
    const shown = await scene.send(push(browser()));
    expect(shown).toMatchObject({ status: 'sent', provider: 'web-push' });
    const { steps } = await scene.get<{ steps: Step[] }>(`/v1/messages/${shown.id}/explain`);
    expect(steps.find(({ step }) => step === 'connection')?.seen.excluded).toEqual([
      expect.objectContaining({ name: 'apps', reason: 'cannot_carry', what: 'browser_subscription' }),
    ]);
    expect(vendor.received.filter(({ path }) => path !== '/token').map(({ path }) => path)).toEqual([
      '/v1/projects/our-app/messages:send',
      '/browser',
    ]);
  });

  it('go to the device of a contact that was seen last, of those that a connection carries', async () => {
    const { id } = await scene.post<{ id: string }>('/v1/contacts', { external_id: 'ben' });
    await scene.post(`/v1/contacts/${id}/devices`, { provider: 'fcm', token: 'bens-telephone' });
    await scene.post(`/v1/contacts/${id}/devices`, { provider: 'web-push', token: browser() });
    const { to: _, ...ben } = { ...push(''), to_contact: 'ben' };
    expect(await scene.send(ben)).toMatchObject({ status: 'sent', provider: 'web-push' });
    const { data } = await scene.get<{ data: { id: string; name: string }[] }>('/v1/connections?channel=push');
    const url = `/v1/connections/${data.find(({ name }) => name === 'web')?.id}`;
    const active = (payload: object) =>
      scene.api.app.inject({ method: 'PATCH', url, headers: scene.key.headers, payload });
    await active({ active: false });
    expect(await scene.send(ben)).toMatchObject({ status: 'sent', provider: 'fcm' });
    await active({ active: true });
  });

  it('go to the project whose token it is, where another one refuses it as a stranger’s', async () => {
    const credentials = { service_account: { ...ACCOUNT, project_id: 'their-app' }, base_url: vendor.url };
    const other = { channel: 'push', provider: 'fcm', name: 'their apps', priority: 200, credentials };
    const { id } = await scene.post<{ id: string }>('/v1/connections', other);
    // By which its credentials were verified.
    vendor.received.splice(0);
    expect(await scene.send(push('theirs'))).toMatchObject({ status: 'sent' });
    const sends = vendor.received.filter(({ path }) => path.endsWith(':send')).map(({ path }) => path.split('/')[3]);
    expect(sends).toEqual(['our-app', 'their-app']);
    await scene.api.app.inject({ method: 'DELETE', url: `/v1/connections/${id}`, headers: scene.key.headers });
    expect(await scene.send(push('theirs'))).toMatchObject({ status: 'failed', reason: 'bad_token' });
  });

  it('are rejected when the one that carried them is gone', async () => {
    const { data } = await scene.get<{ data: { id: string; name: string }[] }>('/v1/connections?channel=push');
    const in3s = new Date(Date.now() + 2_000).toISOString();
    const { id } = await scene.post<{ id: string }>('/v1/messages', push(browser(), { scheduled_at: in3s }));
    const web = data.find(({ name }) => name === 'web');
    await scene.api.app.inject({ method: 'DELETE', url: `/v1/connections/${web?.id}`, headers: scene.key.headers });
    await expect
      .poll(() => scene.get(`/v1/messages/${id}`), { timeout: 15_000 })
      .toMatchObject({ status: 'failed', reason: 'cannot_carry' });
    const { steps, summary } = await scene.get<{ steps: Step[]; summary: string }>(`/v1/messages/${id}/explain`);
    expect(summary).toContain('no connection can send this kind of message');
    expect(steps.find(({ step }) => step === 'connection')?.seen.excluded).toMatchObject([{ reason: 'cannot_carry' }]);
    expect(vendor.received).toEqual([]);
  });
});

describe('templates of WhatsApp', () => {
  let scene: ChannelScene;
  let vendor: ScriptedHttpServer;
  let answer: object;

  beforeAll(async () => {
    vendor = await ScriptedHttpServer.start(({ path }) =>
      path.endsWith('/Messages.json')
        ? { status: 201, body: { sid: 'SM1', status: 'queued' } }
        : { ...REFUSED, ...answer },
    );
    scene = await ChannelScene.set('whatsapp');
    await scene.post('/v1/senders', { channel: 'whatsapp', address: OURS });
    await connect('baileys', 3, { session: 'shop' });
    await connect('twilio-whatsapp', 1, { account_sid: `AC${'0'.repeat(32)}`, auth_token: 'x', base_url: vendor.url });
    await connect('whatsapp-cloud', 2, { phone_number_id: '1', access_token: 'x', base_url: vendor.url });
  });
  beforeEach(() => {
    answer = {};
    vendor.received.splice(0);
  });
  afterAll(async () => {
    await scene.end();
    await vendor.stop();
  });

  const REFUSED = { status: 503, body: { error: { code: 2 } } };

  function connect(provider: string, priority: number, credentials: object) {
    return scene.post('/v1/connections', { channel: 'whatsapp', provider, name: provider, priority, credentials });
  }

  function message(name: string) {
    return { channel: 'whatsapp', sender: OURS, to: NUMBER, whatsapp_template: { name, language: 'en' } };
  }

  it('by name fail over neither to Twilio nor to Baileys', async () => {
    const { id } = await scene.post<{ id: string }>('/v1/messages', message('parcel'));
    const attempted = async () => (await scene.get<{ attempts: number }>(`/v1/messages/${id}`)).attempts;
    await expect.poll(attempted, { timeout: 10_000 }).toBeGreaterThan(0);
    const { timeline } = await scene.get<{ timeline: { type: string }[] }>(`/v1/messages/${id}`);
    expect(timeline.map(({ type }) => type)).not.toContain('failover');
    expect(vendor.received.every(({ path }) => path.includes('/v23.0/'))).toBe(true);
  });

  it('go to the one that names them', async () => {
    answer = { status: 200, body: { messages: [{ id: 'wamid.1' }] } };
    expect(await scene.send(message('parcel'))).toMatchObject({ status: 'sent', provider: 'whatsapp-cloud' });
    expect(await scene.send(message(SID))).toMatchObject({ status: 'sent', provider: 'twilio-whatsapp' });
  });
});
