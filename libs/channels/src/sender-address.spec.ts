import { describe, expect, it } from 'vitest';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { InputError } from '@outbell/shared/errors.js';
import { normalizeSender } from './addresses.js';

describe('normalizeSender', () => {
  it.each<[Channel, string]>([
    ['sms', '+33612345678'],
    ['sms', '+15005550006'],
    ['sms', 'MyShop24'],
    ['sms', 'A'],
    ['sms', '72345'],
    ['sms', '911'],
    ['sms', 'My Shop'],
    ['sms', 'A&B-C_d+1'],
    ['sms', '1-800-SHOP'],
    ['sms', '1234567890a'],
    ['whatsapp', '+15550001234'],
    ['voice', '+33612345678'],
    ['push', 'com.example.shop-app_2'],
  ])('of %s takes %s as it is', (channel, address) => {
    expect(normalizeSender(channel, address)).toBe(address);
  });

  it('of email is an email address, in lower case', () => {
    expect(normalizeSender('email', 'Shop@Example.com')).toBe('shop@example.com');
  });

  it.each<[Channel, string]>([
    ['email', 'MyShop'],
    ['sms', ''],
    ['sms', '12'],
    ['sms', '123456789'],
    ['sms', '12-34'],
    ['sms', '&+_-'],
    ['sms', ' Shop'],
    ['sms', 'Shop '],
    ['sms', 'My.Shop'],
    ['sms', 'Shop\n'],
    ['sms', 'TwelveLetter'],
    ['sms', 'Café'],
    ['sms', '+0612345678'],
    ['whatsapp', 'MyShop'],
    ['whatsapp', '33612345678'],
    ['voice', 'MyShop'],
    ['voice', '+33612345678\n'],
    ['push', 'My App'],
    ['push', ''],
    ['push', 'x'.repeat(101)],
  ])('of %s does not take %j, and names the field', (channel, address) => {
    expect(() => normalizeSender(channel, address, 'from')).toThrow(InputError);
    expect(() => normalizeSender(channel, address, 'from')).toThrow(/from/);
  });
});
