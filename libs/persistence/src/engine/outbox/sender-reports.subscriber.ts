import type { Subscriber } from './subscriber.js';

/**
 * Keeps which recipients' domains refuse a sender's mail for what the sender is (5.7.x), the latest of each: three
 * within an hour pause it. Both the result of a call and what applies vendors' words name this subscriber.
 * `detail.told_by` is who said it, if not the provider of the call.
 */
export const SENDER_REPORTS: Subscriber = {
  name: 'sender-reports',
  async handle(events, tx) {
    await tx.query(
      `INSERT INTO sender_report (sender_id, domain, tenant_id, provider, reason, reported_at)
       SELECT DISTINCT ON (1, 2) m.sender_id, lower(split_part(m.recipient, '@', -1)), m.tenant_id,
         coalesce(event.told_by, a.provider, m.provider), event.reason, now()
       FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::text[]) WITH ORDINALITY AS event (message_id, number,
         told_by, reason, n)
       CROSS JOIN LATERAL (SELECT * FROM message WHERE id = event.message_id LIMIT 1) AS m
       JOIN sender s ON s.id = m.sender_id AND s.tenant_id = m.tenant_id
       LEFT JOIN LATERAL (
         SELECT provider FROM message_attempt WHERE message_id = m.id AND number = event.number LIMIT 1) AS a ON true
       ORDER BY 1, 2, event.n DESC
       ON CONFLICT (sender_id, domain) DO UPDATE SET provider = excluded.provider, reason = excluded.reason,
         reported_at = now()`,
      [
        events.map(({ messageId }) => messageId),
        events.map(({ attempt }) => attempt),
        events.map(({ detail }) => detail?.['told_by'] ?? null),
        events.map(({ reason, type }) => reason ?? type),
      ],
    );
  },
};
