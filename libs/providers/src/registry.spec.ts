import { obstructing, type Traits } from '@outbell/shared/cargo.js';
import { type Channel, CHANNELS } from '@outbell/shared/constants/channels.js';
import { describe, expect, it } from 'vitest';
import { SmtpProvider } from './smtp/smtp.provider.js';
import { PROVIDERS } from './registry.js';
import { VoicePartnerProvider } from './voice-partner/voice-partner.provider.js';

describe('the registry of providers', () => {
  it('finds a provider by channel and name', () => {
    expect(PROVIDERS.find('email', 'smtp')).toBe(SmtpProvider);
    expect(PROVIDERS.find('sms', 'smtp')).toBeUndefined();
    expect(PROVIDERS.find('email', 'toString')).toBeUndefined();
  });

  it('lists the providers of a channel', () => {
    expect(PROVIDERS.typesOf('email')).toContain(SmtpProvider);
    expect(PROVIDERS.typesOf('voice')).toEqual([VoicePartnerProvider]);
  });

  it('has a provider for every channel', () => {
    expect(CHANNELS.filter((channel) => PROVIDERS.typesOf(channel).length === 0)).toEqual([]);
  });

  it('carries, with some provider or other, all that a channel has', () => {
    const of = (channel: Channel) => PROVIDERS.typesOf(channel);
    const kinds: [Channel, Traits][] = [
      ['push', ['browser_subscription']],
      ['push', ['device_token']],
      ['whatsapp', ['named_template', 'template_components', 'whatsapp_template']],
      ['whatsapp', ['content_sid', 'whatsapp_template']],
      ['whatsapp', ['long_whatsapp_text']],
      ['sms', ['sender_name_with_signs']],
    ];
    const able = kinds.map(([channel, traits]) =>
      of(channel)
        .filter(({ cannotCarry = [] }) => obstructing(traits, cannotCarry) === null)
        .map(({ providerName }) => providerName),
    );
    expect(able).toEqual([
      ['web-push'],
      ['fcm'],
      ['whatsapp-cloud'],
      ['twilio-whatsapp'],
      ['whatsapp-cloud', 'baileys'],
      ['smsmobileapi', 'twilio'],
    ]);
  });

  it('knows each provider of a channel by one name', () => {
    const names = PROVIDERS.all.map((provider) => `${provider.channel}/${provider.providerName}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
