import { newId } from '@outbell/shared/uuid.js';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailScene } from '../support/mail-scene.js';
import { testRedisUrl } from '../support/redis.js';
import { until } from '../support/until.js';

const STREAM = 'messageQueue';

/** What publishers of another system give: ids of messages, by a plain XADD. */
describe('the stream messageQueue', () => {
  let scene: MailScene;
  let redis: Redis;

  beforeEach(async () => {
    const QUEUE_URL = testRedisUrl();
    redis = new Redis(QUEUE_URL);
    await redis.flushdb();
    // Dispatch would find the messages too: here it comes too late to be what delivers them.
    const settings = { TRANSPORT: 'redis-streams', QUEUE_URL, DISPATCH_INTERVAL_MS: '86400000' };
    scene = await MailScene.set({}, settings);
  });
  afterEach(async () => {
    await scene.end();
    redis.disconnect();
  });

  const add = (messageId: string) => redis.xadd(STREAM, '*', 'messageId', messageId);

  async function isSent(id: string): Promise<boolean> {
    return (await scene.statusesOf([id]))[0] === 'sent';
  }

  async function pending(): Promise<number> {
    const [count] = (await redis.xpending(STREAM, 'outbell')) as [number];
    return count;
  }

  it('brings a message to its recipient, and is acknowledged; status, attempt and events are recorded', async () => {
    await scene.runWorker();
    const [id] = (await scene.tenant.messages(1)) as [string];
    await add(id);
    await until(() => isSent(id));
    await until(async () => (await pending()) === 0);
    expect(scene.server.messages).toHaveLength(1);
    const { dataSource } = scene.database;
    const attempts = await dataSource.query('SELECT outcome FROM message_attempt WHERE message_id = $1', [id]);
    expect(attempts).toEqual([{ outcome: 'sent' }]);
    const events = await dataSource.query<{ type: string }[]>(
      'SELECT type FROM message_event WHERE message_id = $1 ORDER BY at, id',
      [id],
    );
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['queued', 'sent']));
  });

  it('takes what was added before the first worker', async () => {
    const [id] = (await scene.tenant.messages(1)) as [string];
    await add(id);
    await scene.runWorker();
    await until(() => isSent(id));
  });

  it('delivers once what is added three times, or lies in a wake-up too', async () => {
    await scene.runWorker();
    const [id] = (await scene.tenant.messages(1)) as [string];
    await Promise.all([add(id), add(id), add(id), redis.xadd('deliveries.email.regular', '*', 'ids', id)]);
    await until(() => isSent(id));
    await until(async () => (await pending()) === 0);
    expect(scene.server.messages).toHaveLength(1);
  });

  it('acknowledges ids of messages that are not there, and keeps what is no id in the dead stream', async () => {
    await scene.runWorker();
    await add(newId());
    await redis.xadd(STREAM, '*', 'messageId', 'no id');
    await redis.xadd(STREAM, '*', 'other', 'field');
    const dead = await until(async () => {
      const entries = await redis.xrange(`${STREAM}.dead`, '-', '+');
      return entries.length === 2 && entries;
    });
    expect(dead.map(([, fields]) => fields.slice(0, 4))).toEqual([
      ['messageId', 'no id', 'dead_reason', 'no_message_id'],
      ['other', 'field', 'dead_reason', 'no_message_id'],
    ]);
    expect(await pending()).toBe(0);
  });

  it('is made again when it was deleted while a worker waits for it', async () => {
    await scene.runWorker();
    await until(async () => (await redis.exists(STREAM)) === 1);
    await redis.del(STREAM);
    const [id] = (await scene.tenant.messages(1)) as [string];
    await add(id);
    await until(() => isSent(id));
  });

  it('that is no stream is told in the log, and works once it is one', async () => {
    await redis.set(STREAM, 'a text');
    await scene.runWorker();
    await redis.del(STREAM);
    const [id] = (await scene.tenant.messages(1)) as [string];
    await add(id);
    await until(() => isSent(id));
  });
});
