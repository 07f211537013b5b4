import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import { type DueLookUp, LookUpRepository } from '@outbell/persistence/engine/look-up.repository.js';
import { OpenConnections } from '../delivery/open-connections.js';
import { Rounds } from '../rounds.js';

const PAUSE_MS = 5_000;
/** Questions of one round: so many are put at once, and no more in five seconds. */
const AT_ONCE = 20;

/** Asks vendors that tell nothing by themselves. What they say is evidence as any other. */
@Injectable()
export class LookUps implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(LookUps.name);
  private readonly rounds = new Rounds(PAUSE_MS, () => this.ask(), this.logger);

  constructor(
    private readonly lookUps: LookUpRepository,
    private readonly callbacks: CallbackRepository,
    private readonly connections: OpenConnections,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  /** @returns false: the next questions are not put before their pause is over */
  async ask(): Promise<boolean> {
    await Promise.all((await this.lookUps.take(AT_ONCE)).map((each) => this.askFor(each)));
    return false;
  }

  private async askFor(due: DueLookUp): Promise<void> {
    const { id: connectionId, tenantId, provider, messageId, providerMessageId } = due;
    try {
      const evidence = await this.connections.for(due).lookUp(providerMessageId);
      if (!evidence) return;
      const { noteEvidence } = await import('../delivery/note-evidence.js');
      await noteEvidence(this.callbacks, { provider, connectionId, tenantId }, [evidence]);
    } catch (error) {
      this.logger.warn('a vendor could not be asked; it is asked again later', { messageId, connectionId }, error);
    }
  }
}
