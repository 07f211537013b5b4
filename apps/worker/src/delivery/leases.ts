import { Injectable } from '@nestjs/common';
import { type AttemptStart, DeliveryRepository } from '@outbell/persistence/engine/delivery.repository.js';
import { PATIENCE_MS } from '@outbell/persistence/engine/in-flight.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import DataLoader from 'dataloader';
import type { Delivery, Marked, Rendered } from './delivery.js';

/**
 * Messages that share a statement: as many as groups of this moment hold, whole groups, no more than this and a group.
 */
const STATEMENT_SIZE = 100;

/**
 * This worker's hold on messages: taken, made stronger before a provider is called, given back. Each is a lease under a
 * fence.
 */
@Injectable()
export class Leases {
  private readonly moment = new DataLoader<Rendered[], Marked[]>((groups) => this.markGroups(groups), {
    cache: false,
  });

  constructor(
    private readonly repository: DeliveryRepository,
    private readonly config: Config,
  ) {}

  /** Takes hold of those that are due, of this channel and in nobody's hands: the fence grows, the lease begins. */
  async claim(channel: Channel, ids: string[]): Promise<Delivery[]> {
    const messages = await this.repository.claim(channel, ids, this.config.values.LEASE_MS);
    return messages.map((message) => ({ message }));
  }

  /**
   * Writes, before providers are called, that they are about to be. Groups whose places came free in the same moment
   * share a statement; what still waits for its place is not marked, so that a crash makes `unknown` only of those that
   * may really have been sent.
   *
   * @returns without those that have lost their lease, or are `paused` since they were claimed: they must not be sent
   */
  markSending(group: Rendered[]): Promise<Marked[]> {
    return this.moment.load(group);
  }

  /** Finds those that were not marked and whose sender or tenant was paused meanwhile, as they are now. */
  async paused(batch: Delivery[]): Promise<Delivery[]> {
    const found = await this.repository.paused(batch.map(({ message }) => message));
    const byId = new Map(found.map((paused) => [paused.id, paused]));
    return batch.flatMap((delivery) => {
      const now = byId.get(delivery.message.id);
      return now === undefined ? [] : [{ ...delivery, message: { ...delivery.message, ...now } }];
    });
  }

  /** Gives them back: a step failed as a whole, and none of them has been sent. */
  release(batch: Delivery[]): Promise<void> {
    return this.repository.release(batch.map(({ message }) => message));
  }

  /** A statement that fails is the failure of its own groups only. */
  private async markGroups(groups: readonly Rendered[][]): Promise<(Marked[] | Error)[]> {
    const marked = statements(groups).map((together) =>
      this.mark(together).catch((error: unknown) => together.map(() => error as Error)),
    );
    return (await Promise.all(marked)).flat();
  }

  private async mark(groups: Rendered[][]): Promise<Marked[][]> {
    const { LEASE_MS, SEND_TIMEOUT_MS } = this.config.values;
    // Measured from before the statement, by a clock that nobody sets: never later than the lease ends in the database,
    // nor than who stops something has waited for what he found marked.
    const markedAt = performance.now();
    const callBefore = markedAt + Math.min(LEASE_MS, PATIENCE_MS);
    const attempts = await this.repository.markSending(groups.flat().map(attemptStart), LEASE_MS + SEND_TIMEOUT_MS);
    return groups.map((group) =>
      group.flatMap((delivery) => {
        const attempt = attempts.get(delivery.message.id);
        return attempt === undefined ? [] : [{ ...delivery, attempt, markedAt, callBefore }];
      }),
    );
  }
}

/** Groups in their order, by the statement that marks them. */
function statements(groups: readonly Rendered[][]): Rendered[][][] {
  const all: Rendered[][][] = [];
  let room = 0;
  for (const group of groups) {
    if (room <= 0) {
      all.push([]);
      room = STATEMENT_SIZE;
    }
    all.at(-1)?.push(group);
    room -= group.length;
  }
  return all;
}

function attemptStart({ message, connection }: Rendered): AttemptStart {
  const { connectionId, version: connectionVersion, provider } = connection;
  return { id: message.id, fence: message.fence, connectionId, connectionVersion, provider };
}
