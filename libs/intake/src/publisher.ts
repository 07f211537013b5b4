import { Injectable, Logger } from '@nestjs/common';
import { DispatchRepository } from '@outbell/persistence/engine/dispatch.repository.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { PRIORITIES, PRIORITY_RANK, type Priority } from '@outbell/shared/constants/priorities.js';
import { type Lane, laneOfRank, WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { chunk } from '@outbell/shared/grouping.js';
import { Transport, type WakeUp } from '@outbell/transport/transport.js';

/** A message to be looked at by a worker. */
export interface Due {
  id: string;
  channel: Channel;
  /** PRIORITY_RANK of the priority. */
  priority: number;
  /** Which it takes; by default its priority's. */
  lane?: Lane;
  /** It may be what killed its worker: it travels in a wake-up of its own. */
  isolate?: boolean;
}

/** Packs due messages into wake-ups and hands them to the transport. */
@Injectable()
export class Publisher {
  private readonly logger = new Logger(Publisher.name);

  constructor(
    private readonly transport: Transport,
    private readonly repository: DispatchRepository,
  ) {}

  /**
   * Never throws, and takes seconds at most: what could not be published is due again at once, and published by
   * dispatch.
   *
   * @returns the number of wake-ups
   */
  async publish(messages: Due[]): Promise<number> {
    if (messages.length === 0) return 0;
    const packed = wakeUps(messages);
    try {
      await this.transport.publish(packed);
    } catch (error) {
      this.logger.warn('wake-ups not published; dispatch will repeat them', { count: packed.length }, error);
      await this.giveBack(messages);
    }
    return packed.length;
  }

  private async giveBack(messages: Due[]): Promise<void> {
    try {
      await this.repository.giveBack(messages.map(({ id }) => id));
    } catch (error) {
      this.logger.warn('neither published nor given back; dispatch will find them later', error);
    }
  }
}

/** As few wake-ups as possible, each of one channel, lane and priority, of at most WAKE_UP_SIZE ids. */
export function wakeUps(messages: Due[]): WakeUp[] {
  const groups = Map.groupBy(messages, ({ id, channel, lane = '', priority, isolate }) =>
    isolate ? id : `${channel}-${lane}-${priority}`,
  );
  return [...groups.values()].flatMap((group) => chunk(group, WAKE_UP_SIZE).map((part) => wakeUp(part)));
}

function wakeUp(part: Due[]): WakeUp {
  const [first] = part as [Due, ...Due[]];
  const { channel, priority, lane = laneOfRank(priority) } = first;
  return { channel, lane, priority: priorityOf(priority), ids: part.map(({ id }) => id) };
}

function priorityOf(rank: number): Priority {
  return PRIORITIES.find((priority) => PRIORITY_RANK[priority] === rank) ?? 'normal';
}
