import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { inTime } from '@outbell/shared/in-time.js';
import { DataSource } from 'typeorm';
import { readSchemaState, UnfitDatabaseError, unfitness } from './schema-state.js';

/** Longer than a busy pool, shorter than a probe's patience. In ms. */
const ANSWER_MS = 2_000;

/**
 * Tells whether the database answers, is new enough and migrated to this release. Anybody may ask: addresses and the
 * driver's words are for the log.
 */
@Injectable()
export class DatabaseHealth implements OnApplicationBootstrap {
  private readonly logger = new Logger(DatabaseHealth.name);
  private told: string | null = null;

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws {UnfitDatabaseError} at the start, rather than an error for every request and every round */
  async onApplicationBootstrap(): Promise<void> {
    const problem = unfitness(await readSchemaState(this.dataSource));
    if (problem !== null) throw new UnfitDatabaseError(problem);
  }

  async check(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('database');
    const problem = await this.problem();
    return problem === null ? indicator.up() : indicator.down(problem);
  }

  private async problem(): Promise<string | null> {
    try {
      const problem = unfitness(await inTime(readSchemaState(this.dataSource), ANSWER_MS));
      this.tell(problem, problem);
      return problem;
    } catch (error) {
      this.tell('cannot be reached', error);
      return 'cannot be reached';
    }
  }

  /** Once for each change: probes ask every few seconds. */
  private tell(state: string | null, cause: unknown): void {
    if (state === this.told) return;
    this.told = state;
    if (state !== null) this.logger.warn('the database is not ready', cause);
  }
}
