import type { Consumer, Subscription } from '../consumer.js';
import { TransportServer } from '../transport-server.js';
import { BullMqConsumer } from './bullmq.consumer.js';
import type { QueueConnection, WakeUpWorkerOptions } from './queue-connection.js';

/**
 * Consumes by BullMQ workers, one for each lane. BullMQ's look-out for the jobs of dead workers stays on, with its 30
 * s: it delivers nothing that dispatch would not bring back, but without it such jobs stay in the queue's active list
 * for ever.
 */
export class BullMqServer extends TransportServer {
  /** @param options other times than BullMQ's own (tests) */
  constructor(
    private readonly connection: QueueConnection,
    private readonly options: WakeUpWorkerOptions = {},
  ) {
    super();
  }

  override consume(subscription: Subscription): Consumer {
    return new BullMqConsumer(this.connection, subscription, this.options);
  }
}
