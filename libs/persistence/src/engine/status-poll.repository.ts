import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { changedCount, changedRows } from '../statements.js';
import { CALLABLE, type CallableConnection } from '../repositories/connection.repository.js';
import { InjectEngine } from './engine-data-source.js';
import { takeDue } from './take-due.js';

/** A message whose vendor is to be asked now, and the connection it went by. */
export type DueStatusPoll = CallableConnection & { messageId: string; providerMessageId: string };

/** After so many questions nothing more is to be learned: about a day and a half. */
const MOST_TRIES = 10;

/** Still to be asked for. */
const OPEN = `m.id = l.message_id AND m.tenant_id = l.tenant_id AND m.status IN ('sent', 'unknown')
  AND l.tries < ${MOST_TRIES}`;

/** Messages of vendors that tell nothing by themselves, and when they are asked next. */
@Injectable()
export class StatusPollRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Takes those whose time has come; each comes again after twice the time, at most six hours, until its end is known.
   */
  async take(limit: number): Promise<DueStatusPoll[]> {
    await this.dropEnded();
    return changedRows<DueStatusPoll>(
      this.dataSource,
      `UPDATE message_status_poll l SET tries = tries + 1, run_at = now() + least(interval '2 min' * power(2, tries),
        interval '6 h')
       FROM connection c
       WHERE c.id = l.connection_id AND l.message_id IN (
         ${takeDue('message_status_poll', { columns: 'message_id' })})
       RETURNING l.message_id AS "messageId", l.provider_message_id AS "providerMessageId", ${CALLABLE}`,
      [limit],
    );
  }

  private dropEnded(): Promise<number> {
    return changedCount(
      this.dataSource,
      `DELETE FROM message_status_poll l WHERE run_at <= now() AND NOT EXISTS (SELECT FROM message m WHERE ${OPEN})`,
      [],
    );
  }
}
