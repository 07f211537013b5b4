import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CallbackRepository } from '@outbell/persistence/repositories/callback.repository.js';
import { EvidenceRepository } from '@outbell/persistence/repositories/evidence.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Counter } from 'prom-client';
import { Rounds } from '../rounds.js';

/** Evidence applied in one transaction. */
const AT_ONCE = 200;
/** For so long what vendors told is kept as it came. */
const KEPT_DAYS = 30;
const PRUNED_AT_ONCE = 5_000;
const HOUR_MS = 3_600_000;

/** Does to messages what vendors say of them, and forgets in time what they said. Any number of workers may do it at once. */
@Injectable()
export class ApplyEvidence implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ApplyEvidence.name);
  private readonly counter: Counter<'result'>;
  private readonly rounds: Rounds[];

  constructor(
    private readonly evidence: EvidenceRepository,
    private readonly callbacks: CallbackRepository,
    config: Config,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter('evidence_applied_total', 'What vendors told, by what became of it', ['result']);
    this.rounds = [
      new Rounds(config.values.DISPATCH_INTERVAL_MS, () => this.apply(), this.logger),
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
  async apply(): Promise<boolean> {
    const { applied, unmatched, faulty } = await this.evidence.apply(AT_ONCE);
    this.counter.inc({ result: 'applied' }, applied);
    this.counter.inc({ result: 'unmatched' }, unmatched);
    this.counter.inc({ result: 'faulty' }, faulty);
    if (faulty > 0) this.logger.warn('what vendors told could not be applied', { faulty });
    return applied + unmatched + faulty === AT_ONCE;
  }

  /** @returns whether there may be more */
  async forget(): Promise<boolean> {
    return (await this.callbacks.prune(KEPT_DAYS, PRUNED_AT_ONCE)) === PRUNED_AT_ONCE;
  }
}
