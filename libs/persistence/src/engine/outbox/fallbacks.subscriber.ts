import type { Subscriber } from './subscriber.js';

/**
 * Has the next fallback of what will not be delivered looked at now; otherwise it is looked at when its time has come.
 * What was itself sent as a fallback has its next one at the message that it was sent for.
 */
export const FALLBACKS: Subscriber = {
  name: 'fallbacks',
  events: ['failed', 'bounced', 'suppressed', 'expired'],
  listensTo: ({ fallbacks, source }) => (fallbacks?.length ?? 0) > 0 || source?.kind === 'fallback',
  async handle(events, tx) {
    await tx.query(
      `UPDATE message_fallback SET run_at = now()
       WHERE state = 'waiting' AND run_at > now() AND message_id = ANY(ARRAY(
         SELECT unnest($1::uuid[])
         UNION ALL SELECT message_id FROM message_fallback WHERE fallback_message_id = ANY($1::uuid[])))`,
      [events.map(({ messageId }) => messageId)],
    );
  },
};
