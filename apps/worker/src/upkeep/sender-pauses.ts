import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SenderReportRepository } from '@outbell/persistence/engine/sender-report.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Rounds } from '../rounds.js';

/** Pauses senders that several recipients' domains refuse for their reputation. Any number of workers may do it at once. */
@Injectable()
export class SenderPauses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SenderPauses.name);
  private readonly rounds: Rounds;

  constructor(
    private readonly repository: SenderReportRepository,
    { values }: Config,
  ) {
    this.rounds = new Rounds(values.UPKEEP_INTERVAL_MS, () => this.run(), this.logger);
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  async run(): Promise<boolean> {
    for (const { tenantId, senderId, reason } of await this.repository.pause())
      this.logger.warn('sender paused', { audit: true, tenantId, senderId, reason });
    return false;
  }
}
