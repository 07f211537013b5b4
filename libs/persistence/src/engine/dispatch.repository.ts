import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { DataSource } from 'typeorm';
import { arrayOf, changedRows } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { takeDue } from './take-due.js';

/** A due message to be published. */
export interface DueMessage {
  id: string;
  /** It may be what killed its worker: it travels alone. */
  isolate: boolean;
}

/** Describes what waits for its turn: one channel, one priority. */
export interface ChannelPriority {
  channel: Channel;
  /** PRIORITY_RANK of the priority. */
  priority: number;
}

/**
 * Finds the messages that are due and not on their way. New, scheduled, deferred, retried and lost ones are all the
 * same here: their `run_at` has come. Taking one moves its `run_at` on, so that it comes up again should its wake-up be
 * lost.
 *
 * It may find one that is in a worker's hands for longer than `republishAfterMs`; that one's wake-up leads to nothing.
 */
@Injectable()
export class DispatchRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * The lines in which anything is due, the most urgent first. LATERAL … LIMIT 1: EXISTS would read all that is due.
   */
  dueLines(channels: Channel[]): Promise<ChannelPriority[]> {
    return this.dataSource.query<ChannelPriority[]>(
      `SELECT channel, priority FROM unnest($1::text[]) AS channel CROSS JOIN unnest($2::smallint[]) AS priority
       CROSS JOIN LATERAL (
         SELECT FROM message_schedule w WHERE w.channel = channel.channel AND w.priority = priority.priority
           AND w.run_at <= now() LIMIT 1
       ) AS first
       ORDER BY priority`,
      [channels, Object.values(PRIORITY_RANK)],
    );
  }

  /**
   * The longest-due messages of a line, at most `limit`.
   *
   * @param republishAfterMs when they come up again
   * @param patienceMs how much longer those wait that were published before: their wake-up may only be slow
   */
  takeOldest(line: ChannelPriority, limit: number, republishAfterMs: number, patienceMs = 0): Promise<DueMessage[]> {
    return changedRows(
      this.dataSource,
      `WITH due AS (${takeDue('message_schedule', { ...OF_LINE, where: LINE })}) ${MOVE_ON}`,
      [line.channel, line.priority, limit, republishAfterMs, patienceMs],
    );
  }

  /** The longest-due messages of each of these tenants, at most `share` of each; otherwise as `takeOldest`. */
  takeFrom(
    line: ChannelPriority,
    tenantIds: string[],
    share: number,
    republishAfterMs: number,
    patienceMs = 0,
  ): Promise<DueMessage[]> {
    return changedRows(
      this.dataSource,
      `WITH due AS (
         SELECT waiting.message_id FROM unnest($6::uuid[]) AS next_tenant (tenant_id) CROSS JOIN LATERAL (
           ${takeDue('message_schedule', { ...OF_LINE, where: `tenant_id = next_tenant.tenant_id AND ${LINE}` })}
         ) AS waiting
       ) ${MOVE_ON}`,
      [line.channel, line.priority, share, republishAfterMs, patienceMs, arrayOf(tenantIds)],
    );
  }

  /**
   * Gives back what was taken and could not be published, as if it had never been: due, and not on its way. Who has it
   * in hand meanwhile says himself when it is due.
   */
  async giveBack(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.dataSource.query(
      `WITH free AS (
         SELECT message_id FROM message_schedule WHERE message_id = ANY($1::uuid[])
           AND run_at > due_at FOR UPDATE SKIP LOCKED
       )
       UPDATE message_schedule SET run_at = due_at WHERE message_id = ANY(ARRAY(SELECT message_id FROM free))`,
      [arrayOf(ids)],
    );
  }

  /** Finds the channels of messages. Those that are not there are left out. */
  async channelsOf(ids: readonly string[]): Promise<{ id: string; channel: Channel }[]> {
    return this.dataSource.query(`SELECT id, channel FROM message WHERE id = ANY($1::uuid[])`, [arrayOf(ids)]);
  }

  /** Tells whether more than `limit` messages of a line are due. Looks at no more than that many index entries. */
  async isBacklogged(line: ChannelPriority, limit: number): Promise<boolean> {
    const [row] = await this.dataSource.query<{ more: boolean }[]>(
      `SELECT count(*) > $3 AS more FROM (
         SELECT FROM message_schedule WHERE channel = $1 AND priority = $2 AND run_at <= now() LIMIT $3 + 1
       ) AS due`,
      [line.channel, line.priority, limit],
    );
    return row?.more ?? false;
  }

  /**
   * The next tenants in turn that have anything waiting in a line, in the order of their ids after `after`. Hops from
   * tenant to tenant along the index, so that its cost is that of the tenants asked for, however many messages they
   * have.
   */
  async nextTenants(line: ChannelPriority, after: string | null, limit: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ tenantId: string }[]>(
      `WITH RECURSIVE next_tenant (tenant_id, n) AS (
         (SELECT tenant_id, 1 FROM message_schedule
          WHERE channel = $1 AND priority = $2 AND ($3::uuid IS NULL OR tenant_id > $3)
          ORDER BY tenant_id LIMIT 1)
         UNION ALL
         SELECT (SELECT w.tenant_id FROM message_schedule w
                 WHERE w.channel = $1 AND w.priority = $2 AND w.tenant_id > next_tenant.tenant_id
                 ORDER BY w.tenant_id LIMIT 1), n + 1
         FROM next_tenant WHERE next_tenant.tenant_id IS NOT NULL AND n < $4
       )
       SELECT tenant_id AS "tenantId" FROM next_tenant WHERE tenant_id IS NOT NULL`,
      [line.channel, line.priority, after, limit],
    );
    return rows.map((row) => row.tenantId);
  }
}

// A run_at after due_at tells of a wake-up that was published (or, of an isolated one, of a worker that died: that one
// is over).
const NOT_WAITING = `(run_at <= due_at OR isolate OR run_at <= now() - $5 * interval '1 ms')`;

const LINE = `channel = $1 AND priority = $2 AND ${NOT_WAITING}`;
const OF_LINE = { columns: 'message_id', limit: '$3' };

// The ids as an array: the planner overestimates what `due` holds, and would read the whole table for a join.
const MOVE_ON = `
  UPDATE message_schedule w SET run_at = now() + $4 * interval '1 ms', connection_id = NULL
  WHERE w.message_id = ANY(ARRAY(SELECT message_id FROM due))
  RETURNING w.message_id AS id, w.isolate`;
