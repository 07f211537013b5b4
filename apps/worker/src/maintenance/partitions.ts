import { Injectable, Logger } from '@nestjs/common';
import { Scheduled } from '@outbell/persistence/engine/polling/scheduled.decorator.js';
import { PartitionRepository } from '@outbell/persistence/engine/partition.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';

/** Makes the partitions of the coming months, and detaches those past retention. */
@Injectable()
export class Partitions {
  private readonly logger = new Logger(Partitions.name);

  constructor(
    private readonly partitions: PartitionRepository,
    private readonly config: Config,
  ) {}

  @Scheduled({ job: 'partitions.make', cron: '7 * * * *' })
  async make(): Promise<void> {
    await this.partitions.ensure();
  }

  @Scheduled({ job: 'partitions.detach', cron: '11 * * * *' })
  async detach(): Promise<void> {
    const months = this.config.values.RETENTION_MONTHS;
    if (months === 0) return;
    const { detached, kept } = await this.partitions.detachOlderThan(months);
    if (detached.length > 0) this.logger.log('partitions past retention detached', { detached });
    if (kept.length > 0) this.logger.log('months past retention kept: they hold messages still to be sent', { kept });
  }
}
