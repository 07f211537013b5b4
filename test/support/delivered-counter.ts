import type { Subscriber } from '@outbell/persistence/engine/outbox/subscriber.js';

/** Counts what was delivered of each tenant's messages, into a table of the spec's (`delivered_count`). */
export const DELIVERED_COUNTER: Subscriber = {
  name: 'delivered-counter',
  events: ['delivered'],
  listensTo: () => true,
  async handle(events, tx) {
    await tx.query(
      `INSERT INTO delivered_count AS c (tenant_id, count)
       SELECT tenant_id, count(*) FROM unnest($1::uuid[]) AS event (tenant_id) GROUP BY tenant_id
       ON CONFLICT (tenant_id) DO UPDATE SET count = c.count + excluded.count`,
      [events.map(({ tenantId }) => tenantId)],
    );
  },
};
