import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { Consumer, type Subscription } from '../consumer.js';
import { retryDelay, TRIES } from '../retries.js';
import type { QueueConnection, QueueWorker, QueueWorkerOptions } from './queue-connection.js';

/** One BullMQ worker. It renews the locks of its jobs for as long as their batches take. */
export class BullMqConsumer extends Consumer {
  private readonly worker: QueueWorker;

  constructor(connection: QueueConnection, subscription: Subscription, options: QueueWorkerOptions) {
    super(subscription);
    this.worker = connection.worker(subscription.topic, (job, token) => this.process(job, token), {
      ...options,
      concurrency: this.capacity,
      autorun: false,
    });
    this.worker.on('error', (error) => this.logger.warn('queue connection', error));
    this.worker.run().catch((error: unknown) => this.logger.error('the consumer stopped', error));
  }

  override stop(): void {
    super.stop();
    void this.worker.close();
  }

  protected override close(): Promise<void> {
    return this.worker.close();
  }

  /** Has what hangs at the queue fail at once, and with it ends what waits for it. */
  protected override abandon(): void {
    void this.worker.disconnect().catch(() => undefined);
  }

  /** @throws what BullMQ takes as a verdict: later, or never */
  private async process(job: Job<unknown>, token: string | undefined): Promise<void> {
    const verdict = await this.collect(job.data);
    if (verdict === 'ack') return;
    if ('dead' in verdict) throw new UnrecoverableError(verdict.dead);
    const reason = 'retry' in verdict ? verdict.retry : verdict.hold;
    if (job.attemptsStarted >= TRIES) throw new UnrecoverableError(reason);
    const afterMs = ('retry' in verdict ? verdict.afterMs : undefined) ?? retryDelay(job.attemptsStarted);
    await job.moveToDelayed(Date.now() + afterMs, token);
    throw new DelayedError(reason);
  }
}
