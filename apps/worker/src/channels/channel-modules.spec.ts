import { PROVIDERS } from '@outbell/providers/registry.js';
import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createWorker } from '../create-worker.js';
import { channelModules } from './channel-modules.js';
import { EmailModule } from './email/email.module.js';

describe('channelModules', () => {
  it('gives the module of each channel that is delivered', () => {
    expect(channelModules(['email'], PROVIDERS)).toEqual([EmailModule]);
  });

  it.each(CHANNELS.filter((channel) => channel !== 'email'))('refuses %s, and says how to go on', (channel) => {
    expect(() => channelModules(['email', channel], PROVIDERS)).toThrow(
      new RegExp(`CHANNELS names ${channel},.*take it out`),
    );
  });

  it('has a module for every channel that has a provider', () => {
    const channels = [...new Set(PROVIDERS.all.map(({ channel }) => channel))];
    expect(channelModules(channels, PROVIDERS)).toHaveLength(channels.length);
  });
});

describe('a worker', () => {
  it('does not start for a channel that it cannot deliver', async () => {
    await expect(createWorker(testConfig({ CHANNELS: 'email,sms' }))).rejects.toThrow('CHANNELS names sms');
  });
});
