import { Injectable } from '@nestjs/common';
import { CapacityDeferralRepository } from '@outbell/persistence/engine/capacity-deferral.repository.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { LRUCache } from 'lru-cache';
import type { Routed } from '../delivery/delivery.js';
import type { OpenConnection } from './open-connection.js';

/** Tenants remembered at most; what is forgotten is claimed, and sent back by its connection. */
const MAX_TENANTS = 1_000;

interface Seen {
  tenantId: string;
  connection: OpenConnection;
  /** PRIORITY_RANK of the messages that were deferred. */
  rank: number;
}

interface Backlogged extends Seen {
  /** How many more it can carry soon: less than are wanted. */
  room: number;
}

/**
 * Keeps back, before it is claimed, what no connection can carry soon: of tenants whose only connection of a channel
 * has had more messages than it takes within a message's patience, all for which it has no room. Otherwise a whole
 * backlog would be claimed at a worker's pace, to be sent back at once.
 */
@Injectable()
export class BacklogGate {
  private readonly seen = new LRUCache<string, Seen>({ max: MAX_TENANTS });

  constructor(private readonly repository: CapacityDeferralRepository) {}

  /**
   * Remembers that the connection of a message had no capacity for it. Where its tenant has others, the next may take
   * another one.
   */
  noteBacklog({ message, connection, route }: Routed): void {
    const { tenantId, channel, priority: rank } = message;
    if (route === undefined && connection.deferralKey !== null)
      this.seen.set(`${channel} ${tenantId}`, { tenantId, connection, rank });
  }

  /** @returns those of the ids that are to be claimed now */
  async deferUnclaimed(channel: Channel, ids: string[]): Promise<string[]> {
    if (this.seen.size === 0) return ids;
    const backlogs = this.backlogged(channel, ids.length);
    if (backlogs.length === 0) return ids;
    const kept = await this.repository.deferUnclaimed(
      ids,
      backlogs.flatMap(({ tenantId, connection, rank, room }) => {
        const { deferralKey: placeId } = connection;
        return placeId === null ? [] : [{ tenantId, connectionId: placeId, rank, room, ...connection.queueTime }];
      }),
    );
    for (const connection of new Set(backlogs.map((each) => each.connection)))
      connection.noteDeferred(kept.filter(({ connectionId }) => connectionId === connection.deferralKey).length);
    const keptIds = new Set(kept.map(({ id }) => id));
    return ids.filter((id) => !keptIds.has(id));
  }

  private backlogged(channel: Channel, wanted: number): Backlogged[] {
    const found: Backlogged[] = [];
    for (const [key, seen] of this.seen) {
      if (!key.startsWith(`${channel} `)) continue;
      const room = seen.connection.capacityFor(seen.rank);
      if (room >= WAKE_UP_SIZE) this.seen.delete(key);
      else if (room < wanted) found.push({ ...seen, room });
    }
    return found;
  }
}
