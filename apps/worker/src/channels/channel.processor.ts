import type { BeforeApplicationShutdown, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { LANES } from '@outbell/shared/constants/queues.js';
import type { Consumer } from '@outbell/transport/consumer.js';
import type { TransportServer } from '@outbell/transport/transport-server.js';
import type { DeliverBatch } from '../delivery/deliver-batch.js';

/** Delivers what the wake-ups of one channel name, whatever carries them. */
export class ChannelProcessor implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private drained: Promise<unknown> | undefined;
  /** One for each lane, once the application is up. */
  consumers: readonly Consumer[] = [];

  constructor(
    private readonly channel: Channel,
    private readonly server: TransportServer,
    private readonly delivery: DeliverBatch,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.consumers = LANES.map((lane) =>
      this.server.consume({
        channel: this.channel,
        lane,
        concurrency: this.config.values.WORKER_CONCURRENCY,
        handle: (ids) => this.delivery.run(this.channel, ids),
      }),
    );
  }

  /** No channel takes wake-ups from now on. They drain beside each other: Nest waits for one module after the other. */
  onModuleDestroy(): void {
    this.drained = Promise.all(this.consumers.map((consumer) => consumer.drain()));
  }

  /** Waits for the deliveries under way, before the database and the queue are let go. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.drained;
  }
}
