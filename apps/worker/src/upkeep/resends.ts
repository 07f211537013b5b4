import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ResendRepository } from '@outbell/persistence/engine/resend.repository.js';
import type { RetryPolicy } from '@outbell/planning/retry-policy.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Counter } from 'prom-client';
import { Rounds } from '../rounds.js';

const HOUR_MS = 3_600_000;
/** Looked at in one statement. */
const AT_ONCE = 500;
const FORGET_AT_ONCE = 5_000;

/** Sends unknown messages again where their tenant wants it so. Any number of workers may do it at once. */
@Injectable()
export class Resends implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Resends.name);
  private readonly policy: RetryPolicy;
  private readonly months: number;
  private readonly counter: Counter;
  private readonly rounds: Rounds[];

  constructor(
    private readonly repository: ResendRepository,
    private readonly clock: Clock,
    { values }: Config,
    metrics: Metrics,
  ) {
    this.policy = {
      attempts: values.RETRY_ATTEMPTS,
      delayMs: values.RETRY_DELAY_MS,
      factor: values.RETRY_FACTOR,
      maxDelayMs: values.RETRY_MAX_DELAY_MS,
    };
    this.months = values.RETENTION_MONTHS;
    this.counter = metrics.counter('messages_resent_total', 'Unknown messages that were sent again, as asked for');
    this.rounds = [
      new Rounds(values.UPKEEP_INTERVAL_MS, () => this.run(), this.logger),
      new Rounds(HOUR_MS, () => this.forget(), this.logger),
    ];
  }

  onApplicationBootstrap(): void {
    for (const rounds of this.rounds) rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.rounds.map((rounds) => rounds.stop()));
  }

  /** @returns whether there may be more */
  async run(): Promise<boolean> {
    const looked = await this.repository.run(AT_ONCE, this.policy);
    this.counter.inc(looked.filter(({ verdict }) => verdict === 'again').length);
    return looked.length === AT_ONCE;
  }

  /** Those of messages past retention. @returns whether there may be more */
  async forget(): Promise<boolean> {
    if (this.months === 0) return false;
    return (await this.repository.prune(this.clock.now(), this.months, FORGET_AT_ONCE)) === FORGET_AT_ONCE;
  }
}
