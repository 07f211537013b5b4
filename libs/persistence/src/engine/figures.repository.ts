import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { DataSource } from 'typeorm';
import { InjectEngine } from './engine-data-source.js';

/** Describes what waits in the database for one channel. */
export interface ChannelFigures {
  channel: Channel;
  /** Due and not yet taken; counted to COUNT_LIMIT. */
  due: number;
  /** How long the longest-due message has been due, in seconds; of the first COUNT_LIMIT. */
  lagSeconds: number;
  /** Messages of which nobody can tell whether they were sent; counted to COUNT_LIMIT. */
  unknown: number;
}

/** Counting stops here: a figure on a dashboard must not cost more the worse things are. */
const COUNT_LIMIT = 100_000;

/** Figures for dashboards, read at each scrape. */
@Injectable()
export class FiguresRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  read(channels: Channel[]): Promise<ChannelFigures[]> {
    return this.dataSource.query<ChannelFigures[]>(
      `SELECT channel,
         (SELECT count(*)::int FROM (SELECT FROM message_schedule w WHERE w.channel = asked.channel
            AND w.priority = ANY('{1,2,3}') AND w.run_at <= now() LIMIT $2) AS waiting) AS due,
         coalesce((SELECT extract(epoch FROM now() - min(waiting.due_at))::float FROM (SELECT due_at
           FROM message_schedule w
            WHERE w.channel = asked.channel AND w.priority = ANY('{1,2,3}') AND w.run_at <= now()
            ORDER BY w.priority, w.run_at LIMIT $2) AS waiting), 0) AS "lagSeconds",
         (SELECT count(*)::int FROM (SELECT FROM message m WHERE m.attention_status = 'unknown'
           AND m.channel = asked.channel
            LIMIT $2) AS parked) AS unknown
       FROM unnest($1::text[]) AS asked (channel)`,
      [channels, COUNT_LIMIT],
    );
  }
}
