import { ModulesContainer } from '@nestjs/core';
import { PROVIDERS, ProviderRegistry } from '@outbell/providers/registry.js';
import { CHANNELS } from '@outbell/shared/constants/channels.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { startWorker } from '../../../../test/support/worker.js';
import { createWorker } from '../create-worker.js';
import { channelModules } from './channel-modules.js';
import { ChannelProcessor } from './channel.processor.js';

const EMAIL_ALONE = new ProviderRegistry(PROVIDERS.typesOf('email'));

describe('channelModules', () => {
  it('gives a module for each channel that is delivered, however often it is named', () => {
    expect(channelModules(['email', 'sms', 'email'], PROVIDERS)).toHaveLength(2);
  });

  it.each(CHANNELS.filter((channel) => channel !== 'email'))('refuses %s without a provider', (channel) => {
    expect(() => channelModules(['email', channel], EMAIL_ALONE)).toThrow(
      new RegExp(`CHANNELS names ${channel},.*take it out`),
    );
  });
});

describe('a worker', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('does not start for a channel that it cannot deliver', async () => {
    const config = testConfig({ CHANNELS: 'email,sms' });
    await expect(createWorker(config, EMAIL_ALONE)).rejects.toThrow('CHANNELS names sms');
  });

  it('listens to the lanes of its channels, and to no other', async () => {
    const worker = await startWorker({ DATABASE_URL: database.url, CHANNELS: 'email,sms' });
    const instances = [...worker.get(ModulesContainer).values()].flatMap(({ providers }) =>
      [...providers.values()].map(({ instance }) => instance),
    );
    const processors = instances.filter((instance) => instance instanceof ChannelProcessor);
    expect(processors.flatMap(({ consumers }) => consumers.map(({ topic }) => topic)).sort()).toEqual([
      'outbell-email-backlog',
      'outbell-email-regular',
      'outbell-email-urgent',
      'outbell-sms-backlog',
      'outbell-sms-regular',
      'outbell-sms-urgent',
    ]);
    await worker.close();
  });
});
