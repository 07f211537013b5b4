import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import type { Settlement } from '@outbell/persistence/engine/delivery.repository.js';
import { type SenderReport, SenderReportRepository } from '@outbell/persistence/engine/sender-report.repository.js';
import { writeShared } from '@outbell/persistence/shared-write.js';
import type { Delivery, Marked } from '../delivery/delivery.js';

/**
 * Mail servers that refuse a sender for its reputation (5.7.x) as they are called, as callbacks report it later. Several domains together
 * pause the sender, see `SenderPauses`.
 */
@Injectable()
export class SenderReports implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SenderReports.name);
  private reports = new Map<string, SenderReport>();

  constructor(private readonly repository: SenderReportRepository) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.write().catch((error: unknown) => this.logger.warn('reports about senders were not written', error));
  }

  add(delivery: Delivery | Marked, { outcome, reason }: Pick<Settlement, 'outcome' | 'reason'>): void {
    const { message } = delivery;
    if (outcome !== 'rejected' || reason !== 'policy_rejected' || !('connection' in delivery)) return;
    if (message.channel !== 'email' || message.mode !== 'live') return;
    const { tenantId, senderId, recipient } = message;
    const domain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
    const { provider } = delivery.connection;
    this.reports.set(`${senderId} ${domain}`, { tenantId, senderId, domain, provider, reason });
  }

  /** What cannot be written is forgotten: it comes again where there is something to it. */
  @Poll({ every: ({ UPKEEP_INTERVAL_MS }) => UPKEEP_INTERVAL_MS })
  async write(): Promise<PollResult> {
    const reports = [...this.reports.values()];
    this.reports = new Map();
    const unwritten = await writeShared(reports, (some) => this.repository.add(some));
    for (const { item, error } of unwritten)
      this.logger.warn('report about a sender not written', { senderId: item.senderId }, error);
    return polled(reports.length);
  }
}
