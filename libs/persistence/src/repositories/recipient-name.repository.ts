import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { DataSource } from 'typeorm';
import { changedCount } from '../statements.js';

/** What a vendor calls somebody whom a tenant has written to. */
export interface RecipientName {
  tenantId: string;
  channel: Channel;
  recipient: string;
  vendorId: string;
}

/** Who is meant by a vendor's own id of a person, where it is not what the tenant wrote. */
@Injectable()
export class RecipientNameRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Keeps them; what was known is written again once a day at most. Opt-outs that waited for such a name are looked at again. */
  async learn(names: RecipientName[]): Promise<void> {
    if (names.length === 0) return;
    await this.dataSource.query(
      `WITH told AS (
         SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) AS told (channel, vendor_id, tenant_id, recipient)
       ), again AS (
         UPDATE callback_event e SET state = 'new', error = NULL, next_try_at = now() FROM told t
         WHERE e.state = 'parked' AND e.kind = 'unsubscribed' AND e.channel = t.channel AND e.tenant_id = t.tenant_id
           AND t.vendor_id IN (e.evidence ->> 'address', e.evidence ->> 'vendor_id')
       )
       INSERT INTO recipient_name (channel, vendor_id, tenant_id, recipient)
       SELECT channel, vendor_id, tenant_id, recipient FROM told ORDER BY 1, 2, 3, 4
       ON CONFLICT (channel, vendor_id, tenant_id, recipient) DO UPDATE SET seen_on = excluded.seen_on
         WHERE recipient_name.seen_on < excluded.seen_on`,
      [
        names.map(({ channel }) => channel),
        names.map(({ vendorId }) => vendorId),
        names.map(({ tenantId }) => tenantId),
        names.map(({ recipient }) => recipient),
      ],
    );
  }
}
