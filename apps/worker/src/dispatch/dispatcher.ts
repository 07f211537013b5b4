import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { LaneRoom } from '@outbell/intake/lane-room.js';
import { Publisher } from '@outbell/intake/publisher.js';
import {
  DispatchRepository,
  type DueMessage,
  type Line,
} from '@outbell/persistence/repositories/dispatch.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { laneOfRank, WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { Rounds } from '../rounds.js';
import { Turns } from './turns.js';

/**
 * Publishes every message that is due and not on its way: new, scheduled, deferred, retried and lost ones alike. Never more than the
 * queue's room: what does not fit stays in the database, so that an urgent message finds a short queue.
 */
@Injectable()
export class Dispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;

  constructor(
    private readonly repository: DispatchRepository,
    private readonly turns: Turns,
    private readonly room: LaneRoom,
    private readonly publisher: Publisher,
    private readonly config: Config,
  ) {
    this.rounds = new Rounds(config.values.DISPATCH_INTERVAL_MS, () => this.dispatch(), new Logger(Dispatcher.name));
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
  }

  /**
   * One round over the channels and priorities in which anything is due, the most urgent first.
   *
   * @returns whether something due may be left, so that the next round should not wait
   */
  async dispatch(): Promise<boolean> {
    let more = false;
    for (const line of await this.repository.dueLines(this.config.values.CHANNELS)) {
      if (await this.dispatchLine(line)) more = true;
    }
    return more;
  }

  private async dispatchLine(line: Line): Promise<boolean> {
    const lane = laneOfRank(line.priority);
    const room = (await this.room.look(line.channel, lane)) * WAKE_UP_SIZE;
    if (room === 0) return true;
    const due = await this.take(line, room);
    const messages = due.map(({ id, crashes }) => ({ ...line, id, suspect: crashes > 0 }));
    this.room.use(line.channel, lane, await this.publisher.publish(messages));
    return due.length >= room;
  }

  private async take(line: Line, limit: number): Promise<DueMessage[]> {
    const { REPUBLISH_AFTER_MS } = this.config.values;
    return (await this.repository.isBacklogged(line, limit))
      ? this.turns.take(line, limit, REPUBLISH_AFTER_MS)
      : this.repository.takeOldest(line, limit, REPUBLISH_AFTER_MS);
  }
}
