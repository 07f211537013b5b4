import { Injectable } from '@nestjs/common';
import { deliveryTopic } from '@outbell/shared/constants/topics.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type Lane, laneOf, WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { Transport } from '@outbell/transport/transport.js';
import type { PendingMessage } from './pending-message.js';

/**
 * Wake-ups that may wait in a lane. What exceeds it waits in the database, where it is sorted by priority and tenant.
 */
const LANE_ROOM: Record<Lane, number> = { urgent: 50, regular: 20, backlog: 20 };

/** How long a look at a queue's depth counts when messages are accepted, in ms. */
const FRESH_MS = 250;

interface Look {
  at: number;
  free: number;
  /** Tells whether anything waited. */
  busy: boolean;
}

/** Keeps the queues shallow: tells how much more a lane may take. */
@Injectable()
export class QueueCapacity {
  private readonly looks = new Map<string, Look>();
  private readonly looking = new Map<string, Promise<number>>();

  constructor(private readonly transport: Transport) {}

  /** Looks how many wake-ups still fit into a lane; none while the queue cannot be reached. */
  async look(channel: Channel, lane: Lane): Promise<number> {
    const depth = await this.transport.depth(deliveryTopic(channel, lane)).catch(() => LANE_ROOM[lane]);
    const free = Math.max(0, LANE_ROOM[lane] - depth);
    this.looks.set(keyOf(channel, lane), { at: performance.now(), free, busy: depth > 0 });
    return free;
  }

  /** Tells whether wake-ups waited in a lane at the last look. */
  wasBusy(channel: Channel, lane: Lane): boolean {
    return this.looks.get(keyOf(channel, lane))?.busy ?? false;
  }

  /** `count` wake-ups have just been put into a lane. */
  use(channel: Channel, lane: Lane, count: number): void {
    const look = this.looks.get(keyOf(channel, lane));
    if (look) look.free -= count;
  }

  /** Finds those whose lane has room for all of them: they may be published at once, and that room counts as taken. */
  async fit(pending: PendingMessage[]): Promise<Set<PendingMessage>> {
    const fitting = new Set<PendingMessage>();
    for (const group of Map.groupBy(pending, ({ request, priority }) =>
      keyOf(request.channel, laneOf(priority)),
    ).values()) {
      const [{ request, priority }] = group as [PendingMessage, ...PendingMessage[]];
      const lane = laneOf(priority);
      const needed = Math.ceil(group.length / WAKE_UP_SIZE);
      await this.lookIfStale(request.channel, lane);
      if (needed > (this.looks.get(keyOf(request.channel, lane))?.free ?? 0)) continue;
      this.use(request.channel, lane, needed);
      for (const entry of group) fitting.add(entry);
    }
    return fitting;
  }

  /** Those who come while somebody looks wait for that look: each with its own would be given the same room. */
  private async lookIfStale(channel: Channel, lane: Lane): Promise<void> {
    const key = keyOf(channel, lane);
    const last = this.looks.get(key);
    if (last && performance.now() - last.at < FRESH_MS) return;
    const looking = this.looking.get(key) ?? this.look(channel, lane).finally(() => this.looking.delete(key));
    this.looking.set(key, looking);
    await looking;
  }
}

function keyOf(channel: Channel, lane: Lane): string {
  return `${channel} ${lane}`;
}
