import { Injectable } from '@nestjs/common';
import { Poll, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { QueueCapacity } from '@outbell/intake/queue-capacity.js';
import { Publisher } from '@outbell/intake/publisher.js';
import {
  DispatchRepository,
  type DueMessage,
  type ChannelPriority,
} from '@outbell/persistence/engine/dispatch.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type Lane, laneOfRank, WAKE_UP_SIZE } from '@outbell/shared/constants/queues.js';
import { fitting } from './fitting.js';
import { TenantRoundRobin } from './tenant-round-robin.js';

/**
 * Pause after a round that left something due, in ms. Full, the lane for backlogs holds 2,000 messages, 250 ms of work
 * at the 8,000 a second that were measured: a pause and a round of 50 ms each leave half of it. While it stays full, a
 * round costs two short looks.
 */
const BACKLOG_PAUSE_MS = 50;

/**
 * How much longer than REPUBLISH_AFTER_MS what was published waits while its lane is busy, as a multiple of it. Behind
 * a slow vendor its wake-up is not lost, and a copy of it, longer due than whatever is new, would take the place that
 * becomes free.
 */
const BUSY_PATIENCE = 10;

/** Describes how what is due in a line goes to the workers in this round. */
interface DispatchPlan {
  lane: Lane;
  /** Wake-ups that the lane still takes. */
  free: number;
  /** More is due than fits: tenants take turns. */
  byTurns: boolean;
  /** Wake-ups of the line waited already. */
  busy: boolean;
}

/**
 * Publishes every message that is due and not on its way: new, scheduled, deferred, retried and lost ones alike. Never
 * more than the queue's room: what does not fit stays in the database, so that an urgent message finds a short queue.
 * Each channel has its own rounds, so that none waits for what hangs in another.
 */
@Injectable()
export class Dispatcher {
  constructor(
    private readonly repository: DispatchRepository,
    private readonly roundRobin: TenantRoundRobin,
    private readonly capacity: QueueCapacity,
    private readonly publisher: Publisher,
    private readonly config: Config,
  ) {}

  /**
   * Goes over the priorities of a channel in which anything is due, the most urgent first.
   */
  @Poll({
    every: ({ DISPATCH_INTERVAL_MS }) => DISPATCH_INTERVAL_MS,
    busyEvery: ({ DISPATCH_INTERVAL_MS }) => Math.min(DISPATCH_INTERVAL_MS, BACKLOG_PAUSE_MS),
    forEach: ({ CHANNELS }) => CHANNELS,
  })
  async dispatch(channel: Channel): Promise<PollResult> {
    const results: PollResult[] = [];
    for (const line of await this.repository.dueLines([channel])) results.push(await this.dispatchLine(line));
    return { taken: results.reduce((sum, { taken }) => sum + taken, 0), more: results.some(({ more }) => more) };
  }

  private async dispatchLine(line: ChannelPriority): Promise<PollResult> {
    const plan = await this.planFor(line);
    if (plan.free === 0) return { taken: 0, more: true };
    const limit = plan.free * WAKE_UP_SIZE;
    const due = await this.take(line, limit, plan);
    const { now, later } = fitting(due, plan.free);
    await this.repository.giveBack(later.map(({ id }) => id));
    const messages = now.map(({ id, isolate }) => ({ ...line, lane: plan.lane, id, isolate }));
    this.capacity.use(line.channel, plan.lane, await this.publisher.publish(messages));
    return { taken: now.length, more: later.length > 0 || due.length >= limit };
  }

  /**
   * Plans a round: what is more than fits into its lane leaves that to what comes next, and travels in the lane for
   * backlogs.
   */
  private async planFor(line: ChannelPriority): Promise<DispatchPlan> {
    const { channel } = line;
    const own = laneOfRank(line.priority);
    const free = await this.capacity.look(channel, own);
    const byTurns = await this.repository.isBacklogged(line, free * WAKE_UP_SIZE);
    if (own === 'urgent') return { lane: own, free, byTurns, busy: this.capacity.wasBusy(channel, own) };
    const spare = await this.capacity.look(channel, 'backlog');
    const busy = this.capacity.wasBusy(channel, own) || this.capacity.wasBusy(channel, 'backlog');
    return byTurns ? { lane: 'backlog', free: spare, byTurns, busy } : { lane: own, free, byTurns, busy };
  }

  private take(line: ChannelPriority, limit: number, { byTurns, busy }: DispatchPlan): Promise<DueMessage[]> {
    const { REPUBLISH_AFTER_MS } = this.config.values;
    const patienceMs = busy ? BUSY_PATIENCE * REPUBLISH_AFTER_MS : 0;
    return byTurns
      ? this.roundRobin.take(line, limit, REPUBLISH_AFTER_MS, patienceMs)
      : this.repository.takeOldest(line, limit, REPUBLISH_AFTER_MS, patienceMs);
  }
}
