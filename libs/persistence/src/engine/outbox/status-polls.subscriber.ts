import { columnsOf } from '../../statements.js';
import type { Subscriber } from './subscriber.js';

/**
 * Schedules status polling where the vendor tells nothing by itself: the first question is put a minute after it took
 * the message. Which connection carries a message is known when it is sent: the result of that call names this
 * subscriber.
 */
export const STATUS_POLLS: Subscriber = {
  name: 'status-polls',
  events: ['sent'],
  async handle(events, tx) {
    await tx.query(
      `INSERT INTO message_status_poll (message_id, tenant_id, connection_id, provider_message_id, run_at)
       SELECT DISTINCT ON (a.message_id) a.message_id, a.tenant_id, a.connection_id, a.provider_message_id,
         event.at + interval '1 min'
       FROM unnest($1::uuid[], $2::smallint[], $3::timestamptz[]) AS event (message_id, number, at)
       JOIN message_attempt a ON a.message_id = event.message_id AND a.number = event.number
       WHERE a.message_id = ANY($1::uuid[]) AND a.provider_message_id IS NOT NULL AND a.connection_id IS NOT NULL
       ORDER BY a.message_id, event.at DESC
       ON CONFLICT (message_id) DO UPDATE SET connection_id = excluded.connection_id,
         provider_message_id = excluded.provider_message_id, tries = 0, run_at = excluded.run_at`,
      columnsOf(events, 'messageId', 'attempt', 'at'),
    );
  },
};
