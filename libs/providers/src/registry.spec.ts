import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { describe, expect, it } from 'vitest';
import { SmtpProvider } from './email/smtp.provider.js';
import { PROVIDERS } from './registry.js';
import { VoicePartnerProvider } from './voice/voice-partner.provider.js';

describe('the registry of providers', () => {
  it('finds a provider by channel and name', () => {
    expect(PROVIDERS.find('email', 'smtp')).toBe(SmtpProvider);
    expect(PROVIDERS.find('sms', 'smtp')).toBeUndefined();
    expect(PROVIDERS.find('email', 'toString')).toBeUndefined();
  });

  it('lists the providers of a channel', () => {
    expect(PROVIDERS.of('email')).toContain(SmtpProvider);
    expect(PROVIDERS.of('voice')).toEqual([VoicePartnerProvider]);
  });

  it('has a provider for every channel', () => {
    expect(CHANNELS.filter((channel) => PROVIDERS.of(channel).length === 0)).toEqual([]);
  });

  it('knows each provider of a channel by one name', () => {
    const names = PROVIDERS.all.map((provider) => `${provider.channel}/${provider.providerName}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
