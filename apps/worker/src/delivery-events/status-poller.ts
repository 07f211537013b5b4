import { Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { type DueStatusPoll, StatusPollRepository } from '@outbell/persistence/engine/status-poll.repository.js';
import { OpenConnections } from '../routing/open-connections.js';
import { recordDeliveryEvents } from './record-delivery-events.js';

const PAUSE_MS = 5_000;
/** Questions of one round: so many are put at once, and no more in five seconds. */
const AT_ONCE = 20;

/** Asks vendors that tell nothing by themselves. What they say is evidence as any other. */
@Injectable()
export class StatusPoller {
  private readonly logger = new Logger(StatusPoller.name);

  constructor(
    private readonly statusPolls: StatusPollRepository,
    private readonly callbacks: CallbackRepository,
    private readonly connections: OpenConnections,
  ) {}

  /** The next questions are not put before their pause is over. */
  @Poll({ every: PAUSE_MS })
  async ask(): Promise<PollResult> {
    const due = await this.statusPolls.take(AT_ONCE);
    await Promise.all(due.map((each) => this.askFor(each)));
    return polled(due.length);
  }

  private async askFor(due: DueStatusPoll): Promise<void> {
    const { id: connectionId, tenantId, provider, messageId, providerMessageId } = due;
    try {
      const evidence = await this.connections.connectionFor(due).pollStatus(providerMessageId);
      if (!evidence) return;
      await recordDeliveryEvents(this.callbacks, { provider, connectionId, tenantId }, [evidence]);
    } catch (error) {
      this.logger.warn('a vendor could not be asked; it is asked again later', { messageId, connectionId }, error);
    }
  }
}
