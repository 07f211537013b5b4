import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type Lane, laneOf, WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { groupBy } from '@outbell/shared/grouping.js';
import { Transport } from '@outbell/transport/transport.js';
import type { Draft } from './draft.js';

/** Wake-ups that may wait in a lane. What exceeds it waits in the database, where it is sorted by priority and tenant. */
const LANE_ROOM: Record<Lane, number> = { urgent: 50, regular: 20 };

/** How long a look at a queue's depth counts, in ms. */
const FRESH_MS = 250;

interface Look {
  at: number;
  free: number;
}

/** Keeps the queues shallow: tells how much more a lane may take, looking at its depth a few times a second at most. */
@Injectable()
export class LaneRoom {
  private readonly looks = new Map<string, Promise<Look>>();

  constructor(private readonly transport: Transport) {}

  /** Wake-ups that still fit into a lane; 0 while the queue cannot be reached. */
  async free(channel: Channel, lane: Lane): Promise<number> {
    return (await this.look(channel, lane)).free;
  }

  /** Those drafts whose lane has room for all of them: they may be published at once, and that room counts as taken. */
  async fit(drafts: Draft[]): Promise<Set<Draft>> {
    const fitting = new Set<Draft>();
    for (const group of groupBy(drafts, ({ request, priority }) => `${request.channel} ${laneOf(priority)}`).values()) {
      const [{ request, priority }] = group as [Draft, ...Draft[]];
      const look = await this.look(request.channel, laneOf(priority));
      const needed = Math.ceil(group.length / WAKE_UP_SIZE);
      if (needed > look.free) continue;
      look.free -= needed;
      for (const draft of group) fitting.add(draft);
    }
    return fitting;
  }

  private async look(channel: Channel, lane: Lane): Promise<Look> {
    const key = `${channel} ${lane}`;
    const last = await this.looks.get(key);
    if (last && performance.now() - last.at < FRESH_MS) return last;
    const next = this.transport.depth(channel, lane).then(
      (depth) => ({ at: performance.now(), free: Math.max(0, LANE_ROOM[lane] - depth) }),
      () => ({ at: performance.now(), free: 0 }),
    );
    this.looks.set(key, next);
    return next;
  }
}
