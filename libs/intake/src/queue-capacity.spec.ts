import type { Priority } from '@outbell/shared/constants/priorities.js';
import { laneOf } from '@outbell/shared/constants/queues.js';
import { newId } from '@outbell/shared/uuid.js';
import { BullMqTransport } from '@outbell/transport/bullmq/bullmq.transport.js';
import { RedisConnection } from '@outbell/transport/bullmq/redis.connection.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyQueues } from '../../../test/support/queues.js';
import { testRedisUrl } from '../../../test/support/redis.js';
import { PendingMessage } from './pending-message.js';
import { QueueCapacity } from './queue-capacity.js';

describe('QueueCapacity', () => {
  let queueUrl: string;
  let connection: RedisConnection;
  let transport: BullMqTransport;
  let room: QueueCapacity;

  beforeAll(async () => {
    queueUrl = testRedisUrl();
    connection = await RedisConnection.open(queueUrl);
  });
  beforeEach(() => {
    transport = new BullMqTransport(connection);
    room = new QueueCapacity(transport);
  });
  afterEach(async () => {
    await emptyQueues(queueUrl);
    await transport.close();
  });
  afterAll(() => connection.close());

  function wait(count: number, priority: Priority): Promise<void> {
    const wakeUp = { channel: 'email' as const, lane: laneOf(priority), priority };
    const wakeUps = Array.from({ length: count }, () => ({ ...wakeUp, ids: [newId()] }));
    return transport.publish(wakeUps);
  }

  function drafts(count: number, priority?: Priority): PendingMessage[] {
    const request = { tenantId: newId(), mode: 'live', channel: 'email', to: 'a@example.org', sender: 'x' } as const;
    return PendingMessage.fromRequests(Array.from({ length: count }, () => ({ ...request, priority })));
  }

  describe('look', () => {
    it('tells what still fits into each lane', async () => {
      await wait(3, 'bulk');
      await wait(1, 'high');
      expect(await room.look('email', 'regular')).toBe(17);
      expect(await room.look('email', 'urgent')).toBe(49);
    });

    it('is never less than nothing', async () => {
      await wait(25, 'normal');
      expect(await room.look('email', 'regular')).toBe(0);
    });

    it('finds no room while the queue is away', async () => {
      const away = await RedisConnection.open('redis://127.0.0.1:1');
      const roomAway = new QueueCapacity(new BullMqTransport(away));
      expect(await roomAway.look('email', 'regular')).toBe(0);
      expect((await roomAway.fit(drafts(1))).size).toBe(0);
      await away.close();
    });
  });

  describe('fit', () => {
    it('takes drafts whose lane has room for all of them', async () => {
      const all = drafts(1_999);
      expect([...(await room.fit(all))]).toEqual(all);
    });

    it('takes none of a lane that has not: they wait in the database, in their order', async () => {
      expect((await room.fit(drafts(2_001))).size).toBe(0);
    });

    it('judges each lane by itself', async () => {
      await wait(20, 'bulk');
      const [mail, code] = [...drafts(1), ...drafts(1, 'high')];
      expect([...(await room.fit([mail!, code!]))]).toEqual([code]);
    });

    it('counts what it gave as taken, without looking again', async () => {
      await wait(18, 'bulk');
      expect((await room.fit(drafts(100))).size).toBe(100);
      expect((await room.fit(drafts(101))).size).toBe(0);
      expect((await room.fit(drafts(100))).size).toBe(100);
      expect((await room.fit(drafts(1))).size).toBe(0);
    });

    it('does not give the same room to two at once', async () => {
      await wait(19, 'bulk');
      const fitting = await Promise.all([room.fit(drafts(1)), room.fit(drafts(1))]);
      expect(fitting.reduce((sum, { size }) => sum + size, 0)).toBe(1);
    });
  });

  describe('use', () => {
    it('counts against the last look', async () => {
      await room.look('email', 'regular');
      room.use('email', 'regular', 20);
      expect((await room.fit(drafts(1))).size).toBe(0);
      expect(await room.look('email', 'regular')).toBe(20);
    });

    it('of a lane that nobody has looked at means nothing', async () => {
      room.use('email', 'urgent', 50);
      expect((await room.fit(drafts(1, 'high'))).size).toBe(1);
    });
  });
});
