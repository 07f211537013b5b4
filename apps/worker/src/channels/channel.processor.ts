import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnWorkerEvent, WorkerHost } from '@nestjs/bullmq';
import type { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { Job } from 'bullmq';
import type { DeliverBatch } from '../delivery/deliver-batch.js';

/**
 * Options of every processor. It starts at bootstrap, once all else is ready. Stalled jobs are not looked for: a lost wake-up is
 * repeated by dispatch, a lost message by upkeep.
 */
export const PROCESSOR_OPTIONS = {
  autorun: false,
  skipStalledCheck: true,
  removeOnComplete: { age: 0 },
  removeOnFail: { age: 0 },
};

/** Listens to one lane of one channel and delivers what its wake-ups name. */
export abstract class ChannelProcessor extends WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(this.constructor.name);

  protected constructor(
    readonly channel: Channel,
    private readonly delivery: DeliverBatch,
    private readonly config: Config,
  ) {
    super();
  }

  override async process(job: Job<{ ids: string[] }>): Promise<void> {
    await this.delivery.run(this.channel, job.data.ids);
  }

  onApplicationBootstrap(): void {
    this.worker.concurrency = this.config.values.WORKER_CONCURRENCY;
    void this.worker.run();
  }

  /** Takes no more wake-ups and waits for the deliveries under way, before the database and the queue are let go. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  @OnWorkerEvent('failed')
  onFailed(_job: Job | undefined, error: Error): void {
    this.logger.error('a batch failed; its messages come up again', error);
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn('queue connection', error);
  }
}
