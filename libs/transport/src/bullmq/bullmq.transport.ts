import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { deliveryTopic, type NotificationTopic, type Topic } from '@outbell/shared/constants/topics.js';
import { inTime } from '@outbell/shared/in-time.js';
import { Transport, type WakeUp } from '../transport.js';
import type { QueueConnection, JobQueue } from './queue-connection.js';

/** A job that led to nothing is repeated by dispatch, so that BullMQ keeps neither the done nor the failed. */
const DISPOSABLE = { removeOnComplete: true, removeOnFail: true };

/** An event that came to nothing is kept for two weeks, among the failed jobs of its queue. */
const KEPT_IF_FAILED = { removeOnComplete: true, removeOnFail: { age: 14 * 24 * 3_600 } };

/** A broker that takes longer than this to answer counts as away, in ms. */
const ANSWER_WITHIN_MS = 1_000;

/** Carries wake-ups and events over BullMQ, on Redis or on PostgreSQL: one queue per topic, made at its first use. */
export class BullMqTransport extends Transport {
  private readonly queues = new Map<string, JobQueue>();

  constructor(private readonly connection: QueueConnection) {
    super();
  }

  override async publish(wakeUps: WakeUp[]): Promise<void> {
    const byQueue = Map.groupBy(wakeUps, ({ channel, lane }) => deliveryTopic(channel, lane));
    const added = [...byQueue].map(([name, group]) =>
      this.queue(name).addBulk(
        group.map(({ ids, priority }) => ({
          name: 'wake-up',
          data: { ids },
          opts: { ...DISPOSABLE, priority: PRIORITY_RANK[priority] },
        })),
      ),
    );
    await inTime(Promise.all(added), ANSWER_WITHIN_MS);
  }

  override async emit(topic: NotificationTopic, events: readonly unknown[]): Promise<void> {
    const jobs = events.map((data) => ({ name: 'event', data, opts: KEPT_IF_FAILED }));
    await inTime(this.queue(topic).addBulk(jobs), ANSWER_WITHIN_MS);
  }

  override async depth(topic: Topic): Promise<number> {
    const counting = this.queue(topic).getJobCounts('waiting', 'prioritized');
    const counts = await inTime(counting, ANSWER_WITHIN_MS);
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  override ping(): Promise<void> {
    return inTime(this.connection.ping(), ANSWER_WITHIN_MS);
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  private queue(name: string): JobQueue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = this.connection.queue(name);
      // The failing command reports it; an unheard 'error' event would end the process.
      queue.on('error', () => undefined);
      this.queues.set(name, queue);
      this.forgetIfNeverReady(name, queue);
    }
    return queue;
  }

  /**
   * BullMQ keeps a failed start for good: without this, a server that is away at the first use would be away for ever.
   */
  private forgetIfNeverReady(name: string, queue: JobQueue): void {
    queue.waitUntilReady().catch(() => {
      if (this.queues.get(name) === queue) this.queues.delete(name);
      void queue.close().catch(() => undefined);
    });
  }
}
