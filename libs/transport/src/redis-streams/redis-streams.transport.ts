import type { Redis } from 'ioredis';
import { deliveryTopic, type NotificationTopic, type Topic } from '@outbell/shared/constants/topics.js';
import { inTime } from '@outbell/shared/in-time.js';
import { Transport, type WakeUp } from '../transport.js';
import { eventFields, wakeUpFields } from './stream-entry.js';
import { StreamGroup } from './stream-group.js';

/** A Redis that takes longer than this to answer counts as away, in ms. */
const ANSWER_WITHIN_MS = 1_000;

/** Carries wake-ups and events over Redis Streams, one stream per topic. */
export class RedisStreamsTransport extends Transport {
  constructor(private readonly redis: Redis) {
    super();
  }

  override publish(wakeUps: WakeUp[]): Promise<void> {
    return this.add(wakeUps.map(({ channel, lane, ids }) => [deliveryTopic(channel, lane), wakeUpFields(ids)]));
  }

  override emit(topic: NotificationTopic, events: readonly unknown[]): Promise<void> {
    return this.add(events.map((event) => [topic, eventFields(event)]));
  }

  override depth(topic: Topic): Promise<number> {
    return inTime(new StreamGroup(this.redis, topic).waiting(), ANSWER_WITHIN_MS);
  }

  override async ping(): Promise<void> {
    await inTime(this.redis.ping(), ANSWER_WITHIN_MS);
  }

  /** @throws the first refusal of an entry */
  private async add(entries: [topic: Topic, fields: string[]][]): Promise<void> {
    if (entries.length === 0) return;
    const pipeline = this.redis.pipeline();
    for (const [topic, fields] of entries) pipeline.xadd(topic, '*', ...fields);
    const answers = (await inTime(pipeline.exec(), ANSWER_WITHIN_MS)) ?? [];
    for (const [error] of answers) if (error) throw error;
  }
}
