import { Injectable } from '@nestjs/common';
import { deliveryTopic } from '@outbell/shared/constants/topics.js';
import { FiguresRepository } from '@outbell/persistence/engine/figures.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type Lane, LANES } from '@outbell/shared/constants/queues.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { Transport } from '@outbell/transport/transport.js';

/** Shows what waits, in the queue and in the database: read when somebody looks. */
@Injectable()
export class QueueFigures {
  constructor(
    metrics: Metrics,
    private readonly transport: Transport,
    figures: FiguresRepository,
    { values: { CHANNELS } }: Config,
  ) {
    metrics.gauge('queue_depth', 'Wake-ups that wait for a worker', ['channel', 'lane'], async (gauge) => {
      for (const channel of CHANNELS) {
        for (const lane of LANES) gauge.set({ channel, lane }, await this.depth(channel, lane));
      }
    });
    const waiting = {
      due: ['messages_due', 'Messages due and not yet taken by a worker'],
      lagSeconds: ['messages_oldest_due_seconds', 'Age of the longest-due message'],
      unknown: ['messages_unknown', 'Messages parked because no vendor can tell'],
    } as const;
    metrics.gauges('channel', waiting, () => figures.read(CHANNELS));
  }

  /** NaN while the queue cannot be reached: the other figures are told all the same. */
  private depth(channel: Channel, lane: Lane): Promise<number> {
    return this.transport.depth(deliveryTopic(channel, lane)).catch(() => NaN);
  }
}
