import { Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { type DueLookUp, LookUpRepository } from '@outbell/persistence/engine/look-up.repository.js';
import { OpenConnections } from '../routing/open-connections.js';
import { noteEvidence } from './note-evidence.js';

const PAUSE_MS = 5_000;
/** Questions of one round: so many are put at once, and no more in five seconds. */
const AT_ONCE = 20;

/** Asks vendors that tell nothing by themselves. What they say is evidence as any other. */
@Injectable()
export class LookUps {
  private readonly logger = new Logger(LookUps.name);

  constructor(
    private readonly lookUps: LookUpRepository,
    private readonly callbacks: CallbackRepository,
    private readonly connections: OpenConnections,
  ) {}

  /** The next questions are not put before their pause is over. */
  @Poll({ every: PAUSE_MS })
  async ask(): Promise<PollResult> {
    const due = await this.lookUps.take(AT_ONCE);
    await Promise.all(due.map((each) => this.askFor(each)));
    return polled(due.length);
  }

  private async askFor(due: DueLookUp): Promise<void> {
    const { id: connectionId, tenantId, provider, messageId, providerMessageId } = due;
    try {
      const evidence = await this.connections.for(due).lookUp(providerMessageId);
      if (!evidence) return;
      await noteEvidence(this.callbacks, { provider, connectionId, tenantId }, [evidence]);
    } catch (error) {
      this.logger.warn('a vendor could not be asked; it is asked again later', { messageId, connectionId }, error);
    }
  }
}
