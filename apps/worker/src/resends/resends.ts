import { Injectable } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { ResendRepository } from '@outbell/persistence/engine/resend.repository.js';
import { type RetryPolicy, retryPolicyOf } from '@outbell/planning/retry-policy.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Counter } from 'prom-client';

/** Looked at in one statement. */
const AT_ONCE = 500;

/** Sends unknown messages again where their tenant wants it so. Any number of workers may do it at once. */
@Injectable()
export class Resends {
  private readonly policy: RetryPolicy;
  private readonly counter: Counter;

  constructor(
    private readonly repository: ResendRepository,
    config: Config,
    metrics: Metrics,
  ) {
    this.policy = retryPolicyOf(config);
    this.counter = metrics.counter('messages_resent_total', 'Unknown messages that were sent again, as asked for');
  }

  @Poll({ every: ({ MAINTENANCE_INTERVAL_MS }) => MAINTENANCE_INTERVAL_MS })
  async run(): Promise<PollResult> {
    const looked = await this.repository.run(AT_ONCE, this.policy);
    this.counter.inc(looked.filter(({ verdict }) => verdict === 'again').length);
    return polled(looked.length, AT_ONCE);
  }
}
