import { Injectable } from '@nestjs/common';
import { type AttemptStart, DeliveryRepository } from '@outbell/persistence/repositories/delivery.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import DataLoader from 'dataloader';
import type { Delivery, Marked, Rendered } from './delivery.js';

const STATEMENT_SIZE = 200;

/** This worker's hold on messages: taken, made stronger before a provider is called, given back. Each is a lease under a fence. */
@Injectable()
export class Leases {
  private readonly moment: DataLoader<Rendered, Marked | null>;

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly config: Config,
  ) {
    const mark = (batch: readonly Rendered[]) => this.mark([...batch]);
    this.moment = new DataLoader<Rendered, Marked | null>(mark, { cache: false, maxBatchSize: STATEMENT_SIZE });
  }

  /** Takes hold of those that are due, of this channel and in nobody's hands: the fence grows, the lease begins. */
  async claim(channel: Channel, ids: string[]): Promise<Delivery[]> {
    const messages = await this.repository.claim(channel, ids, this.config.values.LEASE_MS);
    return messages.map((message) => ({ message }));
  }

  /**
   * Writes, before a provider is called, that it is about to be. Messages whose places came free in the same moment share a statement;
   * one that still waits for its place is not marked, so that a crash makes `unknown` only of those that may really have been sent.
   *
   * @returns null for a message that has lost its lease: it must not be sent
   */
  markSending(delivery: Rendered): Promise<Marked | null> {
    return this.moment.load(delivery);
  }

  /** Gives them back: a step failed as a whole, and none of them has been sent. */
  release(batch: Delivery[]): Promise<void> {
    return this.repository.release(batch.map(({ message }) => message));
  }

  private async mark(batch: Rendered[]): Promise<(Marked | null)[]> {
    const { LEASE_MS, SEND_TIMEOUT_MS } = this.config.values;
    // Measured from before the statement, by a clock that nobody sets: never later than the lease ends in the database.
    const markedAt = performance.now();
    const callBefore = markedAt + LEASE_MS;
    const attempts = await this.repository.markSending(batch.map(attemptStart), LEASE_MS + SEND_TIMEOUT_MS);
    return batch.map((delivery) => {
      const attempt = attempts.get(delivery.message.id);
      return attempt === undefined ? null : { ...delivery, attempt, markedAt, callBefore };
    });
  }
}

function attemptStart({ message, connection }: Rendered): AttemptStart {
  const { connectionId, provider } = connection;
  return { id: message.id, fence: message.fence, connectionId, provider };
}
