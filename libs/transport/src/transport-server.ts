import type { Consumer, Subscription } from './consumer.js';

/** The consuming side of a transport: hands the wake-ups of a lane to whoever subscribes to it, each at least once. */
export abstract class TransportServer {
  /** Begins to take wake-ups. Returns at once, also while the broker is away: the consumer connects when it is back. */
  abstract consume(subscription: Subscription): Consumer;
}
