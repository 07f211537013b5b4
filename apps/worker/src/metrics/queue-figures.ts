import { Injectable } from '@nestjs/common';
import { deliveryTopic } from '@outbell/shared/constants/topics.js';
import { type ChannelFigures, FiguresRepository } from '@outbell/persistence/engine/figures.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type Lane, LANES } from '@outbell/shared/constants/queues.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { Transport } from '@outbell/transport/transport.js';

/** What waits, in the queue and in the database: read when somebody looks. */
@Injectable()
export class QueueFigures {
  private reading: Promise<ChannelFigures[]> | undefined;

  constructor(
    metrics: Metrics,
    private readonly transport: Transport,
    private readonly figures: FiguresRepository,
    private readonly config: Config,
  ) {
    const { CHANNELS } = this.config.values;
    metrics.gauge('queue_depth', 'Wake-ups that wait for a worker', ['channel', 'lane'], async (gauge) => {
      for (const channel of CHANNELS) {
        for (const lane of LANES) gauge.set({ channel, lane }, await this.depth(channel, lane));
      }
    });
    this.gauge(metrics, 'messages_due', 'Messages due and not yet taken by a worker', 'due');
    this.gauge(metrics, 'messages_oldest_due_seconds', 'Age of the longest-due message', 'lagSeconds');
    this.gauge(metrics, 'messages_unknown', 'Messages parked because no vendor can tell', 'unknown');
  }

  private gauge(metrics: Metrics, name: string, help: string, figure: 'due' | 'lagSeconds' | 'unknown'): void {
    metrics.gauge(name, help, ['channel'], async (gauge) => {
      for (const figures of await this.read()) gauge.set({ channel: figures.channel }, figures[figure]);
    });
  }

  /** The three gauges of one scrape share one reading. */
  private read(): Promise<ChannelFigures[]> {
    this.reading ??= this.figures.read(this.config.values.CHANNELS).finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** NaN while the queue cannot be reached: the other figures are told all the same. */
  private depth(channel: Channel, lane: Lane): Promise<number> {
    return this.transport.depth(deliveryTopic(channel, lane)).catch(() => NaN);
  }
}
