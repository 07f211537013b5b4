import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Outcome } from '@outbell/shared/outcome.js';

const MILLISECONDS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000];

/** Counts what this worker's deliveries came to. */
@Injectable()
export class DeliveryMetrics {
  private readonly outcomes;
  private readonly duration;
  private readonly calls;
  private readonly limited;

  constructor(metrics: Metrics) {
    this.outcomes = metrics.counter(
      'notifications_sent_total',
      'Deliveries by what they led to: sent, failed, retry, failover, repeat, deferred, unknown, suppressed, expired',
      ['channel', 'status'],
    );
    this.duration = metrics.histogram(
      'notification_send_duration_ms',
      'Time of one call to a vendor, in milliseconds',
      ['channel'],
      MILLISECONDS,
    );
    this.calls = metrics.counter('provider_calls_total', 'Calls to vendors by how their answer was read', [
      'channel',
      'provider',
      'outcome',
    ]);
    this.limited = metrics.counter('limit_deferrals_total', 'Messages deferred by a rate limit', ['channel', 'level']);
  }

  settled(channel: Channel, status: string, count: number): void {
    this.outcomes.inc({ channel, status }, count);
  }

  /** One call was answered. @param outcome what the answer was read as */
  answered(channel: Channel, provider: string, outcome: Outcome['kind']): void {
    this.calls.inc({ channel, provider, outcome });
  }

  called(channel: Channel, milliseconds: number): void {
    this.duration.observe({ channel }, milliseconds);
  }

  /** @param level `connection`, `sender`, `tenant`, `domain` or `installation` */
  deferredByLimit(channel: Channel, level: string): void {
    this.limited.inc({ channel, level });
  }
}
