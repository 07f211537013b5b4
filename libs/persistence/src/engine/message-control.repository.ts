import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { InjectEngine } from './engine-data-source.js';
import { move } from './move.js';
import { counts } from './transition-sql.js';

const PICKED = `SELECT m.id, m.status AS was FROM message m WHERE m.tenant_id = $1 AND m.id = $2`;

const CANCEL = `
  WITH picked AS MATERIALIZED (${PICKED} AND ${counts('cancel')} FOR UPDATE),
  ${move('cancel', { within: 'm.id = $2' })}, fallen AS (
    UPDATE message_fallback SET state = 'canceled', run_at = NULL, request = NULL
    WHERE message_id IN (SELECT id FROM changed) AND state = 'waiting'
  )
  SELECT id FROM changed`;

const REQUEUE = `
  WITH picked AS MATERIALIZED (${PICKED} AND ${counts('requeue')} FOR UPDATE),
  ${move('requeue', {
    within: 'm.id = $2',
    set: 'attempt_limit = m.attempts + $3, expires_at = CASE WHEN m.expires_at > now() THEN m.expires_at END',
  })}
  SELECT id FROM changed`;

/** Does to messages what their tenant wants. */
@Injectable()
export class MessageControlRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Takes back a message that nobody has begun to deliver, with its fallbacks. One that may have been sent, and waits
   * to be repeated, cannot be.
   *
   * @returns whether it was still there to be taken back
   */
  async cancel(tenantId: string, id: string): Promise<boolean> {
    return (await this.dataSource.query<object[]>(CANCEL, [tenantId, id])).length > 0;
  }

  /**
   * Queues a dead, `unknown` or expired message again, by the tenant's explicit choice, with a full set of attempts.
   * For an `unknown` one the person may get it twice: the timeline says so.
   *
   * @param attempts how many more attempts it gets
   * @returns whether it was in a state to be queued again
   */
  async requeue(tenantId: string, id: string, attempts: number): Promise<boolean> {
    return (await this.dataSource.query<object[]>(REQUEUE, [tenantId, id, attempts])).length > 0;
  }
}
