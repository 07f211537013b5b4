import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { arrayOf, changedCount, changedRows, quoted } from '../statements.js';
import { CALLABLE, type CallableConnection } from '../repositories/connection.repository.js';
import { InjectEngine } from './engine-data-source.js';

/** What a vendor is asked for by and by. */
export interface LookUp {
  messageId: string;
  tenantId: string;
  connectionId: string;
  providerMessageId: string;
}

/** A message whose vendor is to be asked now, and the connection it went by. */
export type DueLookUp = CallableConnection & Pick<LookUp, 'providerMessageId' | 'messageId'>;

/** After so many questions nothing more is to be learned: about a day and a half. */
const MOST_TRIES = 10;

/** Still to be asked for. */
const OPEN = `m.id = l.message_id AND m.tenant_id = l.tenant_id AND m.status IN ('sent', 'unknown') AND l.tries < ${MOST_TRIES}`;

/** Messages of vendors that tell nothing by themselves, and when they are asked next. */
@Injectable()
export class LookUpRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /** The first question is put a minute from now. */
  async plan(lookUps: readonly LookUp[]): Promise<void> {
    if (lookUps.length === 0) return;
    await this.dataSource.query(
      `INSERT INTO message_status_poll (message_id, tenant_id, connection_id, provider_message_id, run_at)
       SELECT *, now() + interval '1 min' FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
       ON CONFLICT (message_id) DO UPDATE SET connection_id = excluded.connection_id,
         provider_message_id = excluded.provider_message_id, tries = 0, run_at = excluded.run_at`,
      [
        arrayOf(lookUps.map(({ messageId }) => messageId)),
        arrayOf(lookUps.map(({ tenantId }) => tenantId)),
        arrayOf(lookUps.map(({ connectionId }) => connectionId)),
        arrayOf(lookUps.map(({ providerMessageId }) => quoted(providerMessageId))),
      ],
    );
  }

  /**
   * Takes those whose time has come; each comes again after twice the time, at most six hours, until its end is known.
   */
  async take(limit: number): Promise<DueLookUp[]> {
    await this.dropEnded();
    return changedRows<DueLookUp>(
      this.dataSource,
      `UPDATE message_status_poll l SET tries = tries + 1, run_at = now() + least(interval '2 min' * power(2, tries), interval '6 h')
       FROM connection c
       WHERE c.id = l.connection_id AND l.message_id IN (
         SELECT message_id FROM message_status_poll WHERE run_at <= now() ORDER BY run_at LIMIT $1 FOR UPDATE SKIP LOCKED)
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
