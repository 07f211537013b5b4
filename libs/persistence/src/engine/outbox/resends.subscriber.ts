import { columnsOf } from '../../statements.js';
import type { Subscriber } from './subscriber.js';

/** Has messages looked at that ended unknown, and are to be sent again then (`on_unknown: resend`). */
export const RESENDS: Subscriber = {
  name: 'resends',
  events: ['unknown'],
  listensTo: ({ resends }) => resends === true,
  async handle(events, tx) {
    await tx.query(
      `INSERT INTO message_resend (message_id, tenant_id, run_at)
       SELECT DISTINCT message_id, tenant_id, now() FROM unnest($1::uuid[], $2::uuid[]) AS event (message_id, tenant_id)
       ON CONFLICT (message_id) DO UPDATE SET run_at = excluded.run_at`,
      columnsOf(events, 'messageId', 'tenantId'),
    );
  },
};
