import { Injectable } from '@nestjs/common';
import { RateLimiter } from '@outbell/limits/rate-limiter.js';
import { Scheduled } from '@outbell/persistence/engine/polling/scheduled.decorator.js';
import { type RetainedTable, RetentionRepository } from '@outbell/persistence/repositories/retention.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';

/** Rows deleted in one statement. */
const AT_ONCE = 5_000;

/** What is kept for so many days, whatever RETENTION_MONTHS is. */
const DAYS: [RetainedTable, number][] = [
  // So long a repeat gets the first answer. A repeated message finds the first one as long as that is kept.
  ['idempotency', 7],
  ['callback', 30],
  ['delivery_event', 30],
  ['outbox', 30],
  // People answer late: what a vendor calls somebody is kept for two years after it last did.
  ['recipient_name', 730],
];

/** What is kept as long as messages are: forever without RETENTION_MONTHS. */
const AS_MESSAGES: RetainedTable[] = ['message_dedupe', 'message_fallback'];

/** Deletes the rows that are past retention, table by table. */
@Injectable()
export class Retention {
  constructor(
    private readonly rows: RetentionRepository,
    private readonly limiter: RateLimiter,
    private readonly config: Config,
  ) {}

  /** @throws AggregateError when some tables could not be pruned; the others are */
  @Scheduled({ job: 'retention', cron: '17 * * * *' })
  async prune(): Promise<void> {
    const months = this.config.values.RETENTION_MONTHS;
    const tables =
      months === 0 ? DAYS : [...DAYS, ...AS_MESSAGES.map((table): [RetainedTable, number] => [table, months])];
    const work = [...tables.map(([table, kept]) => this.pruneAll(table, kept)), this.limiter.prune()];
    const errors = (await Promise.allSettled(work)).flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    if (errors.length > 0) throw new AggregateError(errors, `rows past retention stay: ${String(errors[0])}`);
  }

  private async pruneAll(table: RetainedTable, kept: number): Promise<void> {
    while ((await this.rows.prune(table, kept, AT_ONCE)) === AT_ONCE);
  }
}
