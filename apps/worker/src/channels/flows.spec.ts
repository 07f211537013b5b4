import { PROVIDERS, ProviderRegistry } from '@outbell/providers/registry.js';
import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createWorker } from '../create-worker.js';
import { flowsOf } from './flows.js';

const EMAIL_ALONE = new ProviderRegistry(PROVIDERS.typesOf('email'));

describe('flowsOf', () => {
  it('takes from the lanes of the channels that are delivered, however often one is named, and from no other', () => {
    const flows = flowsOf(testConfig({ CHANNELS: 'email,sms,email' }), PROVIDERS);
    expect([...flows.keys()].sort()).toEqual([
      'deliveries.email.backlog',
      'deliveries.email.regular',
      'deliveries.email.urgent',
      'deliveries.sms.backlog',
      'deliveries.sms.regular',
      'deliveries.sms.urgent',
    ]);
  });

  it.each(CHANNELS.filter((channel) => channel !== 'email'))('refuses %s without a provider', (channel) => {
    const config = testConfig({ CHANNELS: `email,${channel}` });
    expect(() => flowsOf(config, EMAIL_ALONE)).toThrow(new RegExp(`CHANNELS names ${channel},.*take it out`));
  });
});

describe('a worker', () => {
  it('does not start for a channel that it cannot deliver', async () => {
    const config = testConfig({ CHANNELS: 'email,sms' });
    await expect(createWorker(config, EMAIL_ALONE)).rejects.toThrow('CHANNELS names sms');
  });
});
