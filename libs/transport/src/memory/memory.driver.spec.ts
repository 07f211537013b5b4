import { beforeAll, describe, expect, it } from 'vitest';
import { Logger } from '@nestjs/common';
import { transportContract } from '../transport.contract.js';
import { MemoryBroker } from './memory-broker.js';
import { bothSides, driver } from './memory.driver.js';

beforeAll(() => Logger.overrideLogger(false));

transportContract(
  'memory',
  () => {
    const broker = new MemoryBroker();
    return Promise.resolve({ url: '', connect: () => Promise.resolve(bothSides(broker)) });
  },
  driver.capabilities,
);

describe('memory without a consumer', () => {
  it('drops wake-ups, which dispatch repeats, and refuses events, which it could lose', async () => {
    const { client } = bothSides(new MemoryBroker());
    await client.publish([{ channel: 'email', lane: 'urgent', priority: 'high', ids: ['a'] }]);
    expect(await client.depth('deliveries.email.urgent')).toBe(0);
    await expect(client.emit('notifications.email', [{}])).rejects.toThrow('nobody in this process takes');
  });
});
