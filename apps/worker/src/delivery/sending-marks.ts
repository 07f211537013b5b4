import { Injectable } from '@nestjs/common';
import { type AttemptStart, DeliveryRepository } from '@outbell/persistence/repositories/delivery.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import DataLoader from 'dataloader';
import type { Marked, Rendered } from './delivery.js';

const STATEMENT_SIZE = 200;

/**
 * Writes, before a provider is called, that it is about to be. Messages whose places came free in the same moment share a statement; a
 * message that still waits for its place is not marked, so that a crash makes `unknown` only of those that may really have been sent.
 */
@Injectable()
export class SendingMarks {
  private readonly moment: DataLoader<Rendered, Marked | null>;

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly config: Config,
  ) {
    const write = (batch: readonly Rendered[]) => this.write([...batch]);
    this.moment = new DataLoader<Rendered, Marked | null>(write, { cache: false, maxBatchSize: STATEMENT_SIZE });
  }

  /** @returns null for a message that has lost its lease: it must not be sent */
  mark(delivery: Rendered): Promise<Marked | null> {
    return this.moment.load(delivery);
  }

  private async write(batch: Rendered[]): Promise<(Marked | null)[]> {
    const { LEASE_MS, SEND_TIMEOUT_MS } = this.config.values;
    // Measured from before the statement, by a clock that nobody sets: never later than the lease ends in the database.
    const callBefore = performance.now() + LEASE_MS;
    const attempts = await this.repository.markSending(batch.map(attemptStart), LEASE_MS + SEND_TIMEOUT_MS);
    return batch.map((delivery) => {
      const attempt = attempts.get(delivery.message.id);
      return attempt === undefined ? null : { ...delivery, attempt, callBefore };
    });
  }
}

function attemptStart({ message, connection }: Rendered): AttemptStart {
  const { connectionId, provider } = connection;
  return { id: message.id, fence: message.fence, connectionId, provider };
}
