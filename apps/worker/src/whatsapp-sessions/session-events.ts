import { recordDeliveryEvents } from '../delivery-events/record-delivery-events.js';
import { Logger } from '@nestjs/common';
import type { CallbackRepository } from '@outbell/persistence/engine/callback.repository.js';
import type { DeliveryEvent } from '@outbell/providers/callback.js';
import { InFlight } from '@outbell/providers/in-flight.js';
import { BaileysProvider } from '@outbell/providers/baileys/baileys.provider.js';
import { keepTrying } from '@outbell/shared/keep-trying.js';

/** Between two tries while the database is away, in ms. */
const PAUSES = { firstMs: 1_000, longestMs: 30_000 };

/** So many words wait for the database at most: what comes then is lost, and the log says so. */
const MOST_WAITING = 10_000;

/**
 * Writes down what WhatsApp tells sessions, once only: it is not given up while the process lives. It is evidence as
 * any other, of a connection that is not named.
 */
export class SessionEvents {
  private readonly logger = new Logger(SessionEvents.name);
  private readonly writing = new InFlight();
  private waiting = 0;

  constructor(private readonly callbacks: CallbackRepository) {}

  note(tenantId: string, evidence: DeliveryEvent[]): void {
    if (this.waiting >= MOST_WAITING) {
      this.logger.error('what WhatsApp told is lost: too much waits for the database', about(tenantId, evidence));
      return;
    }
    this.waiting += 1;
    void this.writing.track(this.write(tenantId, evidence)).finally(() => (this.waiting -= 1));
  }

  /** Resolves when all is written. */
  written(): Promise<void> {
    return this.writing.ended();
  }

  private async write(tenantId: string, evidence: DeliveryEvent[]): Promise<void> {
    const source = { provider: BaileysProvider.providerName, connectionId: null, tenantId };
    const write = () => recordDeliveryEvents(this.callbacks, source, evidence);
    const failed = (error: unknown) =>
      this.logger.warn('what WhatsApp told cannot be written down yet', about(tenantId, evidence), error);
    await keepTrying(write, PAUSES, () => true, failed);
  }
}

function about(tenantId: string, evidence: DeliveryEvent[]): object {
  return { tenantId, kinds: evidence.map(({ kind }) => kind).join(', ') };
}
