import {
  type BeforeApplicationShutdown,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import type { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type Lane, queueName } from '@outbell/shared/constants/queues.js';
import { inTime } from '@outbell/shared/in-time.js';
import type { Job } from 'bullmq';
import type { DeliverBatch } from '../delivery/deliver-batch.js';

/**
 * Options of every processor. It starts at bootstrap, once all else is ready. A job's lock is renewed for as long as its batch takes, so
 * that BullMQ's own 30 s are enough: they only tell how soon the job of a dead worker is given to another.
 */
export const PROCESSOR_OPTIONS = { autorun: false };

/** How long the queue may take to let go of a worker whose deliveries are done, in ms. */
export const CLOSE_MS = 2_000;

/** Listens to one lane of one channel and delivers what its wake-ups name. */
export abstract class ChannelProcessor
  extends WorkerHost
  implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown
{
  private readonly logger: Logger;
  private readonly underWay = new Set<Promise<void>>();
  private closed: Promise<void> | undefined;

  protected constructor(
    readonly channel: Channel,
    lane: Lane,
    private readonly delivery: DeliverBatch,
    private readonly config: Config,
  ) {
    super();
    this.logger = new Logger(`Processor ${queueName(channel, lane)}`);
  }

  override async process(job: Job<{ ids: string[] }>): Promise<void> {
    const batch = this.delivery.run(this.channel, job.data.ids);
    this.underWay.add(batch);
    await batch.finally(() => this.underWay.delete(batch));
  }

  onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.values.WORKER_CONCURRENCY;
    this.worker.run().catch((error: unknown) => this.logger.error('the processor stopped', error));
  }

  /** From now on no channel takes wake-ups, before any of them is waited for. They close beside each other: Nest waits for one after the other. */
  onModuleDestroy(): void {
    this.closed = this.close();
  }

  /** Waits for the deliveries under way, before the database and the queue are let go; for a queue that hangs only shortly. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.closed;
    await this.delivered();
  }

  private async close(): Promise<void> {
    const closing = this.worker.close();
    await this.delivered();
    await inTime(closing, CLOSE_MS).catch(() => this.leave());
  }

  private async delivered(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  @OnWorkerEvent('failed')
  onFailed(_job: Job | undefined, error: Error): void {
    this.logger.error('a batch failed; its messages come up again', error);
  }

  /** What hangs at the queue fails at once, and with it ends what waits for it. */
  private leave(): void {
    this.logger.warn('the queue does not answer; its jobs are given to others when their locks end');
    void this.worker.disconnect().catch(() => undefined);
    // While a connection is being made again, BullMQ waits for its end for ever. Nest closes the worker once more, and shall not.
    this.worker.closing = Promise.resolve();
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn('queue connection', error);
  }
}
