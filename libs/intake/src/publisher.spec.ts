import { Logger } from '@nestjs/common';
import { createDataSource } from '@outbell/persistence/data-source.js';
import { DispatchRepository } from '@outbell/persistence/engine/dispatch.repository.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { newId } from '@outbell/shared/uuid.js';
import { BullMqTransport } from '@outbell/transport/bullmq/bullmq.transport.js';
import { RedisConnection } from '@outbell/transport/bullmq/redis.connection.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy } from '../../../test/support/tcp-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { TenantFactory } from '../../../test/support/factories.js';
import { LogCapture } from '../../../test/support/log-capture.js';
import { emptyQueues } from '../../../test/support/queues.js';
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

  it('mixes neither channels nor lanes nor priorities, however they come', () => {
    const [code, mail, sms, news, mail2, waited] = [
      ...due(1, { priority: high }),
      ...due(1),
      ...due(1, { channel: 'sms' }),
      ...due(1, { priority: bulk }),
      ...due(1),
      ...due(1, { lane: 'backlog' }),
    ] as [Due, Due, Due, Due, Due, Due];
    expect(wakeUps([code, mail, sms, news, mail2, waited])).toEqual([
      { channel: 'email', lane: 'urgent', priority: 'high', ids: [code.id] },
      { channel: 'email', lane: 'regular', priority: 'normal', ids: [mail.id, mail2.id] },
      { channel: 'sms', lane: 'regular', priority: 'normal', ids: [sms.id] },
      { channel: 'email', lane: 'regular', priority: 'bulk', ids: [news.id] },
      { channel: 'email', lane: 'backlog', priority: 'normal', ids: [waited.id] },
    ]);
  });

  it('gives each isolate a wake-up of its own', () => {
    const innocent = due(2);
    const suspects = due(2, { isolate: true });
    const packed = wakeUps([innocent[0]!, suspects[0]!, innocent[1]!, suspects[1]!]);
    expect(packed.map(({ ids }) => ids)).toEqual([innocent.map(({ id }) => id), [suspects[0]!.id], [suspects[1]!.id]]);
  });
});

describe('Publisher', () => {
  const logs = new LogCapture();
  let database: TestDatabase;
  let connection: RedisConnection;
  let transport: BullMqTransport;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => {
    logs.clear();
    Logger.overrideLogger(logs.logger);
  });
  afterEach(async () => {
    await transport.close();
    await connection.close();
    Logger.overrideLogger(false);
  });

  async function publisherOn(url: string): Promise<Publisher> {
    connection = await RedisConnection.open(url);
    transport = new BullMqTransport(connection);
    return new Publisher(transport, new DispatchRepository(database.dataSource));
  }

  it('hands them to the queue and tells how many there are', async () => {
    const queueUrl = testRedisUrl();
    const publisher = await publisherOn(queueUrl);
    expect(await publisher.publish([...due(101), ...due(3, { priority: high })])).toBe(3);
    expect(await transport.depth('deliveries.email.regular')).toBe(2);
    expect(await transport.depth('deliveries.email.urgent')).toBe(1);
    await emptyQueues(queueUrl);
  });

  it('does not throw while the queue is away: it is told, and dispatch repeats', async () => {
    const publisher = await publisherOn('redis://127.0.0.1:1');
    expect(await publisher.publish(due(101))).toBe(2);
    expect(logs.lines({ level: 'warn', count: 2 })).toHaveLength(1);
  });

  it('makes due again at once what could not be published', async () => {
    const publisher = await publisherOn('redis://127.0.0.1:1');
    const tenant = await TenantFactory.create(database.dataSource);
    const [mail, deferred] = (await tenant.messages(2, { wakeAfterMs: 30_000 })) as [string, string];
    const later = new Date(Date.now() + 60_000);
    await tenant.set(deferred, { due_at: later, run_at: later });
    await publisher.publish([mail, deferred].map((id) => ({ id, channel: 'email', priority: normal })));
    expect(await tenant.row(mail)).toMatchObject({ run_at: (await tenant.row(mail))['due_at'] });
    expect(await tenant.row(deferred)).toMatchObject({ run_at: later });
  });

  it('does not wait for a queue that hangs, nor for a database that is away', async () => {
    const proxy = await TcpProxy.to(testRedisUrl());
    const publisher = await publisherOn(proxy.url);
    proxy.freeze();
    const began = performance.now();
    await publisher.publish(due(1));
    expect(performance.now() - began).toBeLessThan(2_500);
    const away = new Publisher(transport, new DispatchRepository(createDataSource('postgres://127.0.0.1:1/none')));
    expect(await away.publish(due(1))).toBe(1);
    await proxy.shut();
  });

  it('asks nothing of the queue for nothing', async () => {
    const publisher = await publisherOn('redis://127.0.0.1:1');
    expect(await publisher.publish([])).toBe(0);
    expect(logs.text).toBe('');
  });
});
