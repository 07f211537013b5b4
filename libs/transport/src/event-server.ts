import { Server } from '@nestjs/microservices';
import type { Topic } from '@outbell/shared/constants/topics.js';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Consumer, Flow, Subscription } from './consumer.js';
import { EventContext } from './event-context.js';
import type { Verdict } from './verdict.js';

/** How much of each topic a process takes; of others it takes nothing. */
export type Flows = ReadonlyMap<Topic, Flow>;

/**
 * A transport's consuming side, as a strategy of Nest's microservices. Handlers are methods with `@EventPattern` of
 * topics. They get arrays, and return a verdict for each item.
 *
 * Nest's own `handleEvent` gives one item at a time and swallows what a handler throws; here the handler is called
 * directly, and a throw is a reason to retry.
 */
export abstract class EventServer extends Server {
  private consumers: readonly Consumer[] = [];
  private drained: Promise<void> | undefined;

  constructor(private readonly flows: Flows = new Map()) {
    super();
  }

  /** Begins to take items. Returns at once, also while the broker is away: the consumer connects when it is back. */
  abstract consume(subscription: Subscription): Consumer;

  /** Starts a consumer for each topic that has a handler and a flow. Called by Nest. */
  override listen(callback: () => void): void {
    const wanted = [...this.flows].filter(([topic]) => this.getHandlerByPattern(topic));
    this.consumers = wanted.map(([topic, flow]) =>
      this.consume({ ...flow, topic, handle: (items) => this.run(topic, items) }),
    );
    callback();
  }

  /** No topic is taken from any more. Consumers drain beside each other. May be called twice. */
  stop(): void {
    this.drained ??= Promise.all(this.consumers.map((consumer) => consumer.drain())).then(() => undefined);
  }

  /** Waits for what is under way. Called by Nest at the end, and before by the module, while the database is there. */
  override async close(): Promise<void> {
    this.stop();
    await this.drained;
  }

  override on(): never {
    throw new Error('Transports tell their state by Transport.ping().');
  }

  override unwrap<T>(): T {
    return this as unknown as T;
  }

  private async run(topic: Topic, items: unknown[]): Promise<Verdict[]> {
    const answer: unknown = await this.getHandlerByPattern(topic)?.(items, new EventContext([topic]));
    return (isObservable(answer) ? await lastValueFrom(answer) : answer) as Verdict[];
  }
}
