import type { Consumer, Subscription } from '../consumer.js';
import { EventServer, type Flows } from '../event-server.js';
import { BullMqConsumer } from './bullmq.consumer.js';
import type { QueueConnection, QueueWorkerOptions } from './queue-connection.js';

/**
 * Consumes by BullMQ workers, one for each topic. BullMQ's look-out for the jobs of dead workers stays on, with its 30
 * s: wake-ups would be repeated by dispatch anyhow, events by nobody, and such jobs would stay in the queue's active
 * list for ever.
 */
export class BullMqServer extends EventServer {
  /** @param options other times than BullMQ's own (tests) */
  constructor(
    private readonly connection: QueueConnection,
    flows?: Flows,
    private readonly options: QueueWorkerOptions = {},
  ) {
    super(flows);
  }

  override consume(subscription: Subscription): Consumer {
    return new BullMqConsumer(this.connection, subscription, this.options);
  }
}
