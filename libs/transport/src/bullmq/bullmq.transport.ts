import type { BeforeApplicationShutdown } from '@nestjs/common';
import { type Channel } from '@outbell/shared/constants/channels.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { type Lane, laneOf, queueName } from '@outbell/shared/constants/queues.js';
import { groupBy } from '@outbell/shared/grouping.js';
import { Queue } from 'bullmq';
import { Transport, type WakeUp } from '../transport.js';
import type { QueueConnection } from './queue-connection.js';

/** A job that led to nothing is repeated by dispatch, so that BullMQ keeps neither the done nor the failed. */
const DISPOSABLE = { removeOnComplete: true, removeOnFail: true };

/** Wake-ups over BullMQ, on Redis or on PostgreSQL: one queue per channel and lane, made at its first use. */
export class BullMqTransport extends Transport implements BeforeApplicationShutdown {
  private readonly queues = new Map<string, Queue<{ ids: string[] }>>();

  constructor(private readonly connection: QueueConnection) {
    super();
  }

  override async publish(wakeUps: WakeUp[]): Promise<void> {
    const byQueue = groupBy(wakeUps, (wakeUp) => queueName(wakeUp.channel, laneOf(wakeUp.priority)));
    await Promise.all(
      [...byQueue].map(([name, group]) =>
        this.queue(name).addBulk(
          group.map(({ ids, priority }) => ({
            name: 'wake-up',
            data: { ids },
            opts: { ...DISPOSABLE, priority: PRIORITY_RANK[priority] },
          })),
        ),
      ),
    );
  }

  override async depth(channel: Channel, lane: Lane): Promise<number> {
    const counts = await this.queue(queueName(channel, lane)).getJobCounts('waiting', 'prioritized');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  override ping(): Promise<void> {
    return this.connection.ping();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  private queue(name: string): Queue<{ ids: string[] }> {
    let queue = this.queues.get(name);
    if (!queue) {
      // Rather a failure now, which dispatch makes good, than a request that waits for a server to come back.
      queue = new Queue<{ ids: string[] }>(name, { connection: this.connection.forQueues, skipWaitingForReady: true });
      // The failing command reports it; an unheard 'error' event would end the process.
      queue.on('error', () => undefined);
      this.queues.set(name, queue);
    }
    return queue;
  }
}
