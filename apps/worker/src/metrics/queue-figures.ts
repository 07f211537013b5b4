import { Injectable } from '@nestjs/common';
import { FiguresRepository } from '@outbell/persistence/repositories/figures.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { LANES } from '@outbell/shared/constants/queues.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import { Transport } from '@outbell/transport/transport.js';

/** What waits, in the queue and in the database: read when somebody looks. */
@Injectable()
export class QueueFigures {
  constructor(
    metrics: Metrics,
    private readonly transport: Transport,
    private readonly figures: FiguresRepository,
    private readonly config: Config,
  ) {
    const { CHANNELS } = this.config.values;
    metrics.gauge('queue_depth', 'Wake-ups that wait for a worker', ['channel', 'lane'], async (gauge) => {
      for (const channel of CHANNELS) {
        for (const lane of LANES) gauge.set({ channel, lane }, await this.transport.depth(channel, lane));
      }
    });
    const lag = metrics.gauge('messages_oldest_due_seconds', 'Age of the longest-due message', ['channel']);
    const unknown = metrics.gauge('messages_unknown', 'Messages parked because no vendor can tell', ['channel']);
    metrics.gauge('messages_due', 'Messages due and not yet taken by a worker', ['channel'], async (due) => {
      for (const figures of await this.figures.read(CHANNELS)) {
        due.set({ channel: figures.channel }, figures.due);
        lag.set({ channel: figures.channel }, figures.lagSeconds);
        unknown.set({ channel: figures.channel }, figures.unknown);
      }
    });
  }
}
