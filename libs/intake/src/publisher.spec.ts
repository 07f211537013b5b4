import { Logger } from '@nestjs/common';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { queueName } from '@outbell/shared/constants/queues.js';
import { newId } from '@outbell/shared/uuid.js';
import { BullMqTransport } from '@outbell/transport/bullmq/bullmq.transport.js';
import { QueueConnection } from '@outbell/transport/bullmq/queue-connection.js';
import { Queue } from 'bullmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogCapture } from '../../../test/support/log-capture.js';
import { testRedisUrl } from '../../../test/support/redis.js';
import { type Due, Publisher, wakeUps } from './publisher.js';

const { high, normal, bulk } = PRIORITY_RANK;

function due(count: number, overrides: Partial<Due> = {}): Due[] {
  return Array.from({ length: count }, () => ({ id: newId(), channel: 'email', priority: normal, ...overrides }));
}

describe('wakeUps', () => {
  it.each([
    [0, []],
    [1, [1]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ])('packs %i messages of one line into as few as possible', (count, sizes) => {
    const messages = due(count);
    const packed = wakeUps(messages);
    expect(packed.map(({ ids }) => ids.length)).toEqual(sizes);
    expect(packed.flatMap(({ ids }) => ids)).toEqual(messages.map(({ id }) => id));
  });

  it('mixes neither channels nor priorities, however they come', () => {
    const [code, mail, sms, news, mail2] = [
      ...due(1, { priority: high }),
      ...due(1),
      ...due(1, { channel: 'sms' }),
      ...due(1, { priority: bulk }),
      ...due(1),
    ] as [Due, Due, Due, Due, Due];
    expect(wakeUps([code, mail, sms, news, mail2])).toEqual([
      { channel: 'email', priority: 'high', ids: [code.id] },
      { channel: 'email', priority: 'normal', ids: [mail.id, mail2.id] },
      { channel: 'sms', priority: 'normal', ids: [sms.id] },
      { channel: 'email', priority: 'bulk', ids: [news.id] },
    ]);
  });

  it('gives each suspect a wake-up of its own', () => {
    const innocent = due(2);
    const suspects = due(2, { suspect: true });
    const packed = wakeUps([innocent[0]!, suspects[0]!, innocent[1]!, suspects[1]!]);
    expect(packed.map(({ ids }) => ids)).toEqual([innocent.map(({ id }) => id), [suspects[0]!.id], [suspects[1]!.id]]);
  });
});

describe('Publisher', () => {
  const logs = new LogCapture();
  let connection: QueueConnection;
  let transport: BullMqTransport;

  beforeEach(() => {
    logs.clear();
    Logger.overrideLogger(logs.logger);
  });
  afterEach(async () => {
    await transport.beforeApplicationShutdown();
    await connection.close();
    Logger.overrideLogger(false);
  });

  async function publisherOn(url: string): Promise<Publisher> {
    connection = await QueueConnection.open(url);
    transport = new BullMqTransport(connection);
    return new Publisher(transport);
  }

  it('hands them to the queue and tells how many there are', async () => {
    const publisher = await publisherOn(testRedisUrl());
    expect(await publisher.publish([...due(101), ...due(3, { priority: high })])).toBe(3);
    expect(await transport.depth('email', 'regular')).toBe(2);
    expect(await transport.depth('email', 'urgent')).toBe(1);
    for (const lane of ['regular', 'urgent'] as const) {
      const queue = new Queue(queueName('email', lane), { connection: connection.forQueues });
      await queue.obliterate({ force: true });
      await queue.close();
    }
  });

  it('does not throw while the queue is away: it is told, and dispatch repeats', async () => {
    const publisher = await publisherOn('redis://127.0.0.1:1');
    expect(await publisher.publish(due(101))).toBe(2);
    expect(logs.lines({ level: 'warn', count: 2 })).toHaveLength(1);
  });

  it('asks nothing of the queue for nothing', async () => {
    const publisher = await publisherOn('redis://127.0.0.1:1');
    expect(await publisher.publish([])).toBe(0);
    expect(logs.text).toBe('');
  });
});
