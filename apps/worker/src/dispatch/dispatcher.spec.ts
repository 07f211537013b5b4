import { QueueCapacity } from '@outbell/intake/queue-capacity.js';
import { Publisher } from '@outbell/intake/publisher.js';
import { DispatchRepository } from '@outbell/persistence/engine/dispatch.repository.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { Lane } from '@outbell/shared/constants/queues.js';
import { BullMqTransport } from '@outbell/transport/bullmq/bullmq.transport.js';
import { RedisConnection } from '@outbell/transport/bullmq/redis.connection.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../../test/support/config.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { TenantFactory } from '../../../../test/support/factories.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { emptyQueues, withQueue } from '../../../../test/support/queues.js';
import { testRedisUrl } from '../../../../test/support/redis.js';
import { Dispatcher } from './dispatcher.js';
import { TenantRoundRobin } from './tenant-round-robin.js';

const { high, normal, bulk } = PRIORITY_RANK;

describe('Dispatcher', () => {
  let database: TestDatabase;
  let repository: DispatchRepository;
  let tenant: TenantFactory;
  let queueUrl: string;
  let connection: RedisConnection;
  let transport: BullMqTransport;
  let dispatcher: Dispatcher;

  beforeAll(async () => {
    database = await createTestDatabase();
    repository = new DispatchRepository(database.dataSource);
    tenant = await TenantFactory.create(database.dataSource);
    queueUrl = testRedisUrl();
    connection = await RedisConnection.open(queueUrl);
  });
  beforeEach(async () => {
    await database.dataSource.query('TRUNCATE message, message_schedule');
    transport = new BullMqTransport(connection);
    dispatcher = dispatcherOn(transport);
  });
  afterEach(async () => {
    await emptyQueues(queueUrl);
    await transport.close();
  });
  afterAll(async () => {
    await connection.close();
    await database.drop();
  });

  function dispatcherOn(queue: BullMqTransport): Dispatcher {
    const turns = new TenantRoundRobin(repository);
    return new Dispatcher(repository, turns, new QueueCapacity(queue), new Publisher(queue, repository), testConfig());
  }

  /** The ids of the wake-ups that wait in a lane, the next one first. */
  function waiting(lane: Lane): Promise<string[][]> {
    return withQueue(queueUrl, lane, async (queue) =>
      (await queue.getJobs(['waiting', 'prioritized'], 0, -1, true)).map((job) => job.data.ids),
    );
  }

  /** As if the messages had been taken so long ago. */
  async function lookAgainAfter(ms: number, ids: string[]): Promise<void> {
    await database.dataSource.query(
      `UPDATE message_schedule SET due_at = due_at - $2 * interval '1 ms', run_at = run_at - $2 * interval '1 ms'
        WHERE message_id = ANY($1)`,
      [ids, ms],
    );
  }

  describe('what is due', () => {
    it('is published by priority, in wake-ups of at most 100, once', async () => {
      const codes = await tenant.messages(2, { priority: high });
      const mails = await tenant.messages(150, { priority: normal });
      const news = await tenant.messages(3, { priority: bulk });
      expect(await dispatcher.dispatch('email')).toMatchObject({ more: false });
      const urgent = await waiting('urgent');
      const regular = await waiting('regular');
      expect(urgent.flat().sort()).toEqual([...codes].sort());
      expect(regular.map((ids) => ids.length)).toEqual([100, 50, 3]);
      expect(regular.slice(0, 2).flat().sort()).toEqual([...mails].sort());
      expect(regular[2]?.sort()).toEqual([...news].sort());
      await dispatcher.dispatch('email');
      expect(await waiting('regular')).toHaveLength(3);
    });

    it('is not what is scheduled, held or done', async () => {
      await tenant.messages(1, { dueAt: new Date(Date.now() + 60_000) });
      const [held, done] = (await tenant.messages(2)) as [string, string];
      await tenant.set(held, { status: 'processing' });
      await tenant.set(done, { status: 'sent' });
      expect(await dispatcher.dispatch('email')).toMatchObject({ more: false });
      expect(await waiting('regular')).toEqual([]);
    });
  });

  describe('while nothing is due', () => {
    it('asks nothing of the queue', async () => {
      // A queue that does not answer would be found full: then there would be more to do.
      const away = await RedisConnection.open('redis://127.0.0.1:1');
      const queue = new BullMqTransport(away);
      expect(await dispatcherOn(queue).dispatch('email')).toMatchObject({ more: false });
      await tenant.messages(1);
      expect(await dispatcherOn(queue).dispatch('email')).toMatchObject({ more: true });
      await away.close();
    });
  });

  describe('the room of a lane', () => {
    it('is never exceeded: what does not fit stays in the database, and travels in the lane for backlogs', async () => {
      await tenant.messages(2_150, { priority: bulk });
      expect(await dispatcher.dispatch('email')).toMatchObject({ more: true });
      expect(await waiting('backlog')).toHaveLength(20);
      await tenant.messages(1_900, { priority: bulk });
      expect(await dispatcher.dispatch('email')).toMatchObject({ more: true });
      expect(await waiting('backlog')).toHaveLength(20);
      expect(await waiting('regular')).toEqual([]);
      expect(await repository.isBacklogged({ channel: 'email', priority: bulk }, 2_049)).toBe(true);
      await withQueue(queueUrl, 'backlog', (queue) => queue.drain());
      expect(await dispatcher.dispatch('email')).toMatchObject({ more: true });
      expect(await dispatcher.dispatch('email')).toMatchObject({ more: false });
      expect((await waiting('backlog')).flat()).toHaveLength(2_000);
      expect((await waiting('regular')).flat()).toHaveLength(50);
    });

    it('that a backlog has filled holds up nothing that comes after it', async () => {
      await tenant.messages(2_001, { priority: bulk });
      await dispatcher.dispatch('email');
      const [code] = (await tenant.messages(1, { priority: high })) as [string];
      const [mail] = (await tenant.messages(1, { priority: normal })) as [string];
      await dispatcher.dispatch('email');
      expect(await waiting('urgent')).toEqual([[code]]);
      expect((await waiting('regular'))[0]).toEqual([mail]);
    });

    it('counts every wake-up of suspects, too: those that do not fit stay due', async () => {
      const ids = await tenant.messages(60);
      for (const id of ids) await tenant.set(id, { isolate: true });
      const published = new Set<string>();
      for (let round = 1; round <= 3; round += 1) {
        expect(await dispatcher.dispatch('email')).toMatchObject({ more: round < 3 });
        const wakeUps = await waiting('regular');
        expect(wakeUps).toHaveLength(20);
        for (const id of wakeUps.flat()) published.add(id);
        await withQueue(queueUrl, 'regular', (queue) => queue.drain());
      }
      expect(published.size).toBe(60);
    });

    it('that is taken up goes to what is new, before copies of what was published', async () => {
      const slow = await tenant.messages(1_500);
      await dispatcher.dispatch('email');
      await lookAgainAfter(35_000, slow);
      const fresh = await tenant.messages(300);
      await dispatcher.dispatch('email');
      const wakeUps = [...(await waiting('regular')), ...(await waiting('backlog'))].flat();
      expect(wakeUps).toHaveLength(1_800);
      expect(wakeUps).toEqual(expect.arrayContaining(fresh));
    });

    it('is not given to copies of what waits in the lane for backlogs', async () => {
      const many = await tenant.messages(2_001);
      await dispatcher.dispatch('email');
      await lookAgainAfter(35_000, (await waiting('backlog')).flat().slice(0, 1_500));
      await dispatcher.dispatch('email');
      const wakeUps = [...(await waiting('regular')), ...(await waiting('backlog'))].flat();
      expect(wakeUps.sort()).toEqual([...many].sort());
    });

    it('left by a lost queue, or by wake-ups that led to nothing for minutes, goes to those again', async () => {
      const lost = await tenant.messages(150);
      await dispatcher.dispatch('email');
      await withQueue(queueUrl, 'regular', (queue) => queue.drain());
      await lookAgainAfter(35_000, lost);
      await dispatcher.dispatch('email');
      expect((await waiting('regular')).flat()).toHaveLength(150);
      await lookAgainAfter(6 * 60_000, lost);
      await dispatcher.dispatch('email');
      expect((await waiting('regular')).flat()).toHaveLength(300);
    });
  });

  describe('a queue that fails while it is given wake-ups', () => {
    it('costs no more than a round: they are due at once', async () => {
      const proxy = await TcpProxy.to(testRedisUrl());
      const away = await RedisConnection.open(proxy.url);
      const queue = new BullMqTransport(away);
      const [id] = await tenant.messages(1);
      const taken = await repository.takeOldest({ channel: 'email', priority: normal }, 10, 30_000);
      await proxy.shut();
      await new Publisher(queue, repository).publish(
        taken.map((due) => ({ ...due, channel: 'email', priority: normal })),
      );
      expect(await dispatcher.dispatch('email')).toMatchObject({ more: false });
      expect(await waiting('regular')).toEqual([[id]]);
      await queue.close();
      await away.close();
    });
  });

  describe('under a backlog', () => {
    it('tenants take turns, the newcomer’s few beside another’s many', async () => {
      const newcomer = await TenantFactory.create(database.dataSource);
      await tenant.messages(2_000, { priority: bulk });
      const few = await newcomer.messages(100, { priority: bulk });
      await dispatcher.dispatch('email');
      const published = new Set((await waiting('backlog')).flat());
      expect(few.filter((id) => !published.has(id))).toEqual([]);
      expect(published.size).toBe(2_000);
    });
  });

  describe('what may have killed its worker', () => {
    it('travels alone', async () => {
      const [first, second, innocent, other] = (await tenant.messages(4)) as [string, string, string, string];
      for (const id of [first, second]) await tenant.set(id, { isolate: true });
      await dispatcher.dispatch('email');
      const wakeUps = (await waiting('regular')).map((ids) => ids.sort());
      expect(wakeUps.sort((a, b) => a.length - b.length)).toHaveLength(3);
      expect(wakeUps.slice(0, 2).flat().sort()).toEqual([first, second].sort());
      expect(wakeUps[2]).toEqual([innocent, other].sort());
    });
  });
});
