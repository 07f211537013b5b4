import { Injectable } from '@nestjs/common';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { type HandedOver, OutboxRepository } from './outbox.repository.js';
import { SubscriberRegistry } from './subscriber-registry.js';

/** Shows how far each subscriber is behind, and what it failed at. */
@Injectable()
export class OutboxMetrics {
  private readonly handled;
  private readonly faults;

  constructor(metrics: Metrics, repository: OutboxRepository, subscribers: SubscriberRegistry) {
    this.handled = metrics.counter('outbox_handled_total', 'Events that a subscriber has handled', ['subscriber']);
    this.faults = metrics.counter('outbox_faults_total', 'Events that a subscriber failed at', ['subscriber']);
    const figures = {
      backlog: ['outbox_backlog', 'Events that wait for a subscriber'],
      lagSeconds: ['outbox_lag_seconds', 'Age of the longest-waiting event of a subscriber'],
      setAside: ['outbox_set_aside', 'Events that a subscriber failed at too often'],
    } as const;
    metrics.gauges('subscriber', figures, () => repository.figures(subscribers.names));
  }

  count(subscriber: string, { taken, failed }: HandedOver): void {
    this.handled.inc({ subscriber }, taken - failed.length);
    this.faults.inc({ subscriber }, failed.length);
  }
}
