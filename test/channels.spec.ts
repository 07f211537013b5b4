import type { Outgoing, OutgoingPush } from '@outbell/providers/provider.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedHttpServer } from '../libs/providers/src/http/testing/scripted-http-server.js';
import { ChannelScene } from './support/channel-scene.js';
import { recordingProvider } from './support/recording-provider.js';

const NUMBER = '+33612345678';
const OURS = '+33698765432';

// The whole way of a message of each channel: accepted by the API, carried by a worker, explained by the API.
describe('an SMS by SMSMobileAPI', () => {
  let scene: ChannelScene;
  let vendor: ScriptedHttpServer;

  beforeAll(async () => {
    vendor = await ScriptedHttpServer.start(() => ({ status: 200, body: { result: { error: 0, id: 'guid-1' } } }));
    scene = await ChannelScene.set('sms');
    const credentials = { api_key: 'k3y', base_url: vendor.url };
    await scene.post('/v1/connections', { channel: 'sms', provider: 'smsmobileapi', name: 'phone', credentials });
    await scene.post('/v1/senders', { channel: 'sms', address: 'MyShop' });
  });
  beforeEach(() => vendor.received.splice(0));
  afterAll(async () => {
    await scene.end();
    await vendor.stop();
  });

  it('is sent once, with the vendor’s id, and explained', async () => {
    const message = { channel: 'sms', sender: 'MyShop', to: NUMBER, text: 'Your code is 1234.' };
    const shown = await scene.send(message);
    expect(shown).toMatchObject({ status: 'sent', provider: 'smsmobileapi', provider_message_id: 'guid-1' });
    expect(vendor.received.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
      { apikey: 'k3y', recipients: NUMBER, message: 'Your code is 1234.' },
    ]);
    const { summary, steps } = await scene.get<{ summary: string; steps: object[] }>(
      `/v1/messages/${shown.id}/explain`,
    );
    expect(summary).toBe('The provider took it; no receipt yet.');
    expect(steps).toContainEqual(expect.objectContaining({ step: 'provider', verdict: 'passed' }));
  });

  it('is filled from a template', async () => {
    const { id } = await scene.post<{ id: string }>('/v1/templates', {
      name: 'code',
      channel: 'sms',
      text: '{{code}} & more',
    });
    await scene.post(`/v1/templates/${id}/publish`, { version: 1 });
    const template = { template: { name: 'code' }, variables: { code: '<1234>' } };
    expect(await scene.send({ channel: 'sms', sender: 'MyShop', to: NUMBER, ...template })).toMatchObject({
      status: 'sent',
    });
    expect(new URLSearchParams(vendor.received[0]?.body).get('message')).toBe('<1234> & more');
  });
});

describe('the other channels', () => {
  const taken: Outgoing[] = [];
  let scene: ChannelScene;

  beforeAll(async () => {
    const channels = ['whatsapp', 'push', 'voice'] as const;
    const providers = new ProviderRegistry(channels.map((channel) => recordingProvider(channel, taken, answer)));
    scene = await ChannelScene.set(channels.join(','), providers);
    const senders = { whatsapp: OURS, push: 'com.example.shop', voice: OURS };
    for (const channel of channels) {
      await scene.connect(channel, 'recording');
      await scene.post('/v1/senders', { channel, address: senders[channel] });
    }
  });
  beforeEach(() => taken.splice(0));
  afterAll(() => scene.end());

  it.each<[string, Record<string, unknown>, object]>([
    [
      'a WhatsApp text',
      { channel: 'whatsapp', sender: OURS, to: NUMBER, text: 'Hello' },
      { from: OURS, to: NUMBER, text: 'Hello' },
    ],
    [
      'a template of WhatsApp',
      { channel: 'whatsapp', sender: OURS, to: NUMBER, whatsapp_template: { name: 'hello', language: 'en' } },
      { text: '', template: { name: 'hello', language: 'en', parameters: [] } },
    ],
    [
      'an urgent notification',
      {
        channel: 'push',
        sender: 'com.example.shop',
        to: 'device-token',
        subject: 'Hi',
        text: 'Hello',
        data: { order: '17' },
        priority: 'high',
      },
      { to: 'device-token', title: 'Hi', text: 'Hello', data: { order: '17' }, urgent: true },
    ],
    [
      'a call',
      { channel: 'voice', sender: OURS, to: NUMBER, audio: 'a1b2c3' },
      { from: OURS, to: NUMBER, audio: 'a1b2c3' },
    ],
  ])('send %s', async (_, message, outgoing) => {
    const shown = await scene.send(message);
    expect(shown).toMatchObject({
      status: 'sent',
      provider: 'recording',
      provider_message_id: `vendor-${shown.id}`,
    });
    expect(taken).toMatchObject([{ channel: message['channel'], messageId: shown.id, ...outgoing }]);
    expect(await scene.get(`/v1/messages/${shown.id}/explain`)).toMatchObject({ status: 'sent' });
  });

  it.each(['whatsapp', 'push', 'voice'] as const)('send nothing by %s for a test key', async (channel) => {
    const by = await scene.api.newKey({ tenantId: scene.key.tenantId, mode: 'test' });
    const content = channel === 'voice' ? { audio: 'a1b2c3' } : { text: 'Hello' };
    const sender = channel === 'push' ? 'com.example.shop' : OURS;
    const shown = await scene.send({ channel, sender, to: NUMBER, ...content }, by);
    expect(shown).toMatchObject({ status: 'sent', provider: 'test', provider_message_id: `test_${shown.id}` });
    expect(taken).toEqual([]);
  });

  it('send nothing to a device that the vendor has called dead, and forget it', async () => {
    const { id } = await scene.post<{ id: string }>('/v1/contacts', {});
    await scene.post(`/v1/contacts/${id}/devices`, { provider: 'fcm', token: 'dead-token' });
    const message = { channel: 'push', sender: 'com.example.shop', text: 'Hello' };
    expect(await scene.send({ ...message, to_contact: id })).toMatchObject({ status: 'failed', reason: 'bad_address' });
    expect(await scene.get(`/v1/contacts/${id}`)).toMatchObject({ devices: [] });
    expect(await scene.send({ ...message, to: 'dead-token' })).toMatchObject({
      status: 'suppressed',
      reason: 'recipient_invalid',
    });
    expect(taken).toHaveLength(1);
  });
});

function answer(message: Outgoing) {
  return (message as OutgoingPush).to === 'dead-token'
    ? ({ kind: 'rejected', reason: 'bad_address', suppress: 'invalid' } as const)
    : ({ kind: 'sent', providerMessageId: `vendor-${message.messageId}` } as const);
}
