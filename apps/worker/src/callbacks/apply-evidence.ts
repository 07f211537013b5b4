import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { EvidenceRepository } from '@outbell/persistence/engine/evidence.repository.js';
import { OptOutRepository } from '@outbell/persistence/repositories/opt-out.repository.js';
import { RecipientNameRepository } from '@outbell/persistence/engine/recipient-name.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Counter } from 'prom-client';
import { Rounds } from '../rounds.js';

/** Evidence applied in one transaction. */
const AT_ONCE = 200;
/** For so long what vendors told is kept as it came. */
const KEPT_DAYS = 30;
/** What a vendor calls somebody is kept for two years after it last did: people answer late. */
const NAMES_KEPT_DAYS = 730;
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
    private readonly names: RecipientNameRepository,
    optOuts: OptOutRepository,
    config: Config,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter('evidence_applied_total', 'What vendors told, by what became of it', ['result']);
    metrics.gauge('opt_outs_parked', 'Opt-outs that name nobody, until somebody looks at them', [], async (gauge) => {
      gauge.set(await optOuts.countParked());
    });
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
    const { applied, unmatched, parked, faulty } = await this.evidence.apply(AT_ONCE);
    this.counter.inc({ result: 'applied' }, applied);
    this.counter.inc({ result: 'unmatched' }, unmatched);
    this.counter.inc({ result: 'parked' }, parked);
    this.counter.inc({ result: 'faulty' }, faulty);
    if (parked > 0) this.logger.warn('opt-outs name nobody: see `outbell opt-out list`', { parked });
    if (faulty > 0) this.logger.warn('what vendors told could not be applied', { faulty });
    return applied + unmatched + parked + faulty === AT_ONCE;
  }

  /** @returns whether there may be more */
  async forget(): Promise<boolean> {
    const pruned = [
      await this.callbacks.prune(KEPT_DAYS, PRUNED_AT_ONCE),
      await this.names.prune(NAMES_KEPT_DAYS, PRUNED_AT_ONCE),
    ];
    return pruned.includes(PRUNED_AT_ONCE);
  }
}
