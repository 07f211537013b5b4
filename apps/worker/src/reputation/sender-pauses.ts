import { Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { SenderReportRepository } from '@outbell/persistence/engine/sender-report.repository.js';

/** Pauses senders that several recipients' domains refuse for their reputation. */
@Injectable()
export class SenderPauses {
  private readonly logger = new Logger(SenderPauses.name);

  constructor(private readonly repository: SenderReportRepository) {}

  @Poll({ every: ({ MAINTENANCE_INTERVAL_MS }) => MAINTENANCE_INTERVAL_MS, leader: true })
  async run(): Promise<PollResult> {
    const pauses = await this.repository.pause();
    for (const { tenantId, senderId, reason } of pauses)
      this.logger.warn('sender paused', { audit: true, tenantId, senderId, reason });
    return polled(pauses.length);
  }
}
