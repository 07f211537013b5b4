import { Consumer, type Subscription } from '../consumer.js';
import type { QueueConnection, WakeUpWorker, WakeUpWorkerOptions } from './queue-connection.js';

/** One BullMQ worker. It renews the locks of its jobs for as long as their batches take. */
export class BullMqConsumer extends Consumer {
  private readonly worker: WakeUpWorker;

  constructor(connection: QueueConnection, subscription: Subscription, options: WakeUpWorkerOptions) {
    super(subscription);
    this.worker = connection.worker(this.topic, (job) => this.run(job.data.ids), {
      ...options,
      concurrency: subscription.concurrency,
      autorun: false,
    });
    this.worker.on('error', (error) => this.logger.warn('queue connection', error));
    this.worker.run().catch((error: unknown) => this.logger.error('the consumer stopped', error));
  }

  override stop(): void {
    void this.worker.close();
  }

  protected override close(): Promise<void> {
    return this.worker.close();
  }

  /** Has what hangs at the queue fail at once, and with it ends what waits for it. */
  protected override abandon(): void {
    void this.worker.disconnect().catch(() => undefined);
  }
}
