import type { RenderedContent } from '@outbell/content/compiled-template.js';
import { RenderError } from '@outbell/content/render-error.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { Expiry } from '@outbell/providers/provider.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { Signer } from '@outbell/shared/crypto/signer.js';
import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../../../test/support/config.js';
import { claimedMessage } from '../../../../../test/support/deliveries.js';
import { Composers } from './composers.js';
import { EmailComposer } from './email.composer.js';

const config = testConfig();
const composers = new Composers(new EmailComposer(config, new Signer(config)));
const NUMBERS = { senderAddress: '+33698765432', recipient: '+33612345678' };

function compose(channel: Channel, message: Partial<ClaimedMessage>, content: Partial<RenderedContent> = {}) {
  return composers.compose(claimedMessage({ channel, ...NUMBERS, ...message }), { text: '', ...content });
}

function refusal(attempt: () => unknown): string | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof RenderError) return error.reason;
  }
  return undefined;
}

describe('Composers', () => {
  it('makes a text message', () => {
    const message = claimedMessage({ channel: 'sms', ...NUMBERS, senderAddress: 'MyShop' });
    expect(composers.compose(message, { text: 'Hello' })).toEqual({
      channel: 'sms',
      messageId: message.id,
      from: 'MyShop',
      to: NUMBERS.recipient,
      text: 'Hello',
    });
  });

  it('makes a WhatsApp message of a text, or of a template that WhatsApp knows', () => {
    expect(compose('whatsapp', { content: { text: 'Hello' } }, { text: 'Hello' })).toMatchObject({
      channel: 'whatsapp',
      from: NUMBERS.senderAddress,
      to: NUMBERS.recipient,
      text: 'Hello',
      template: undefined,
    });
    const template = { name: 'order_shipped', language: 'pt_BR', parameters: ['Ann'] };
    expect(compose('whatsapp', { content: { whatsapp_template: template } })).toMatchObject({ text: '', template });
  });

  it('makes a notification, whose subject is its title, and which is urgent only with high priority', () => {
    const content = { data: { order: '1' } };
    expect(compose('push', { recipient: 'token', content }, { subject: 'Hi', text: 'Hello' })).toMatchObject({
      channel: 'push',
      to: 'token',
      title: 'Hi',
      text: 'Hello',
      data: { order: '1' },
      urgent: false,
    });
    expect(compose('push', { priority: PRIORITY_RANK.high, content: null }, { text: 'Hello' })).toMatchObject({
      title: undefined,
      data: undefined,
      urgent: true,
      bulk: false,
    });
    expect(compose('push', { priority: PRIORITY_RANK.bulk, content: null }, { text: 'Hello' })).toMatchObject({
      urgent: false,
      bulk: true,
    });
  });

  it.each(['sms', 'whatsapp', 'push'] as const)('says until when a message by %s is worth sending', (channel) => {
    const expiresAt = new Date('2027-01-31T12:00:00Z');
    const before = performance.now();
    const { expires } = compose(channel, { expiresAt, expiresInMs: 5_000 }, { text: 'Hello' }) as { expires?: Expiry };
    expect(expires?.at).toBe(expiresAt);
    expect((expires?.by ?? 0) - before).toBeGreaterThanOrEqual(5_000);
    expect((expires?.by ?? 0) - before).toBeLessThan(6_000);
    expect(compose(channel, {}, { text: 'Hello' })).toMatchObject({ expires: undefined });
  });

  it('makes a call of a recording given inline, or named by a template', () => {
    const call = { channel: 'voice', from: NUMBERS.senderAddress, to: NUMBERS.recipient };
    expect(compose('voice', { content: { audio: 'inline-token' } })).toMatchObject({ ...call, audio: 'inline-token' });
    expect(compose('voice', { content: null }, { text: ' rendered-token\n' })).toMatchObject({
      ...call,
      audio: 'rendered-token',
    });
  });

  it.each(['sms', 'whatsapp', 'push'] as const)('sends no %s that says nothing', (channel) => {
    expect(refusal(() => compose(channel, { content: null }, { text: ' \n' }))).toBe('empty_content');
  });

  it.each(['', 'two words', 'x'.repeat(201)])('takes %j for no recording', (text) => {
    expect(refusal(() => compose('voice', { content: null }, { text }))).toBe('no_recording');
  });
});
