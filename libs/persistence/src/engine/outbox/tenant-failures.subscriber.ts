import type { Subscriber } from './subscriber.js';

/**
 * Adds to a tenant's failures what a vendor had taken and then gave up, or found to be undeliverable for good: too
 * large a share pauses the tenant. What calls led to is counted by each worker, in memory (outcome-counts.ts): there is
 * one for each message. What applies vendors' words names this subscriber.
 */
export const TENANT_FAILURES: Subscriber = {
  name: 'tenant-failures',
  async handle(events, tx) {
    // In the order of tenants, as workers add their counts: no two wait for each other in a circle.
    await tx.query(
      `INSERT INTO tenant_outcome AS o (tenant_id, at, ended, failed)
       SELECT tenant_id, date_bin('5 min', now(), '2026-01-01'), 0, count(*)
       FROM unnest($1::uuid[]) AS event (tenant_id) GROUP BY tenant_id ORDER BY tenant_id
       ON CONFLICT (tenant_id, at) DO UPDATE SET failed = o.failed + excluded.failed`,
      [events.map(({ tenantId }) => tenantId)],
    );
  },
};
