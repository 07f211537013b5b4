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
  it('is full, and refuses what it would lose', async () => {
    const { client } = bothSides(new MemoryBroker());
    const wakeUp = { channel: 'email', lane: 'urgent', priority: 'high', ids: ['a'] } as const;
    await expect(client.publish([{ ...wakeUp, ids: [...wakeUp.ids] }])).rejects.toThrow('nobody in this process takes');
    expect(await client.depth('deliveries.email.urgent')).toBe(Infinity);
    await expect(client.emit('notifications.email', [{}])).rejects.toThrow('nobody in this process takes');
  });
});
