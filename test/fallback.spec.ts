import type { Outgoing } from '@outbell/providers/provider.js';
import { ProviderRegistry } from '@outbell/providers/registry.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChannelScene, type Shown } from './support/channel-scene.js';
import { recordingProvider } from './support/recording-provider.js';
import { until } from './support/until.js';

interface WithFallbacks extends Shown {
  fallbacks: { channel: string; state: string; message_id: string | null }[];
  fallback_of: string | null;
  timeline: { type: string; detail?: object }[];
}

const WHATSAPP = { channel: 'whatsapp', sender: '+15550001234', to: '+33612345678', text: 'Your parcel is here.' };
const PUSH = {
  channel: 'push',
  sender: 'com.example.shop',
  to: 'a-token',
  text: 'Your parcel is here.',
  after: 'PT1H',
};

describe('a message that its channel refuses', () => {
  const taken: Outgoing[] = [];
  let scene: ChannelScene;

  beforeAll(async () => {
    const channels = ['whatsapp', 'push'] as const;
    const answer = ({ channel, messageId }: Outgoing): Outcome =>
      channel === 'whatsapp'
        ? { kind: 'rejected', reason: 'refused' }
        : { kind: 'sent', providerMessageId: `vendor-${messageId}` };
    scene = await ChannelScene.set(
      channels.join(','),
      new ProviderRegistry(channels.map((channel) => recordingProvider(channel, taken, answer))),
    );
    for (const channel of channels) await scene.connect(channel, 'recording');
    await scene.post('/v1/senders', { channel: 'whatsapp', address: WHATSAPP.sender });
    await scene.post('/v1/senders', { channel: 'push', address: PUSH.sender });
  });
  afterAll(() => scene.end());

  it('goes by the next one, long before its time', async () => {
    const { id } = await scene.send({ ...WHATSAPP, fallback: [PUSH] });
    const first = await until(async () => {
      const shown = await scene.get<WithFallbacks>(`/v1/messages/${id}`);
      return shown.fallbacks[0]?.state === 'gone' && shown;
    });
    const pushed = first.fallbacks[0]?.message_id ?? '';
    expect(first).toMatchObject({ status: 'failed', reason: 'refused', fallback_of: null });
    expect(first.timeline.at(-1)).toMatchObject({ type: 'fallback', detail: { channel: 'push', message_id: pushed } });
    const second = await until(async () => {
      const shown = await scene.get<WithFallbacks>(`/v1/messages/${pushed}`);
      return shown.status === 'sent' && shown;
    });
    expect(second).toMatchObject({ fallback_of: id, fallbacks: [] });
    expect(taken.map(({ channel }) => channel)).toEqual(['whatsapp', 'push']);
    expect(await scene.get(`/v1/messages/${id}/explain`)).toMatchObject({
      summary: 'Not sent, and will not be tried again: the provider refused it without saying why.',
      fallbacks: [{ channel: 'push', state: 'gone', message_id: pushed }],
    });
  });
});
