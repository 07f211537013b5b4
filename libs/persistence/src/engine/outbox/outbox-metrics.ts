import { Injectable } from '@nestjs/common';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { type HandedOver, OutboxRepository, type SubscriberFigures } from './outbox.repository.js';
import { SubscriberRegistry } from './subscriber-registry.js';

type Figure = Exclude<keyof SubscriberFigures, 'subscriber'>;

/** Shows how far each subscriber is behind, and what it failed at. */
@Injectable()
export class OutboxMetrics {
  private readonly heard;
  private readonly faults;
  private reading: Promise<SubscriberFigures[]> | undefined;

  constructor(
    metrics: Metrics,
    private readonly repository: OutboxRepository,
    private readonly subscribers: SubscriberRegistry,
  ) {
    this.heard = metrics.counter('outbox_heard_total', 'Events that a subscriber has heard', ['subscriber']);
    this.faults = metrics.counter('outbox_faults_total', 'Events that a subscriber failed at', ['subscriber']);
    this.gauge(metrics, 'outbox_backlog', 'Events that wait for a subscriber', 'backlog');
    this.gauge(metrics, 'outbox_lag_seconds', 'Age of the longest-waiting event of a subscriber', 'lagSeconds');
    this.gauge(metrics, 'outbox_set_aside', 'Events that a subscriber failed at too often', 'setAside');
  }

  count(subscriber: string, { taken, failed }: HandedOver): void {
    this.heard.inc({ subscriber }, taken - failed.length);
    this.faults.inc({ subscriber }, failed.length);
  }

  private gauge(metrics: Metrics, name: string, help: string, figure: Figure): void {
    metrics.gauge(name, help, ['subscriber'], async (gauge) => {
      for (const figures of await this.read()) gauge.set({ subscriber: figures.subscriber }, figures[figure]);
    });
  }

  /** The gauges of one scrape share one reading. */
  private read(): Promise<SubscriberFigures[]> {
    this.reading ??= this.repository.figures(this.subscribers.names).finally(() => (this.reading = undefined));
    return this.reading;
  }
}
