import { describe, expect, it } from 'vitest';
import { SmtpProvider } from './email/smtp.provider.js';
import { findProvider, PROVIDERS, providersOf } from './registry.js';

describe('the registry of providers', () => {
  it('finds a provider by channel and name', () => {
    expect(findProvider('email', 'smtp')).toBe(SmtpProvider);
    expect(findProvider('sms', 'smtp')).toBeUndefined();
    expect(findProvider('email', 'toString')).toBeUndefined();
  });

  it('lists the providers of a channel', () => {
    expect(providersOf('email')).toContain(SmtpProvider);
    expect(providersOf('voice')).toEqual([]);
  });

  it('knows each provider of a channel by one name', () => {
    const names = PROVIDERS.map((provider) => `${provider.channel}/${provider.providerName}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
