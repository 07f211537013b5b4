import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { DataSource } from 'typeorm';
import { columnsOf } from '../statements.js';
import { InjectEngine } from './engine-data-source.js';
import { KEEP_NAMES, LOOK_AGAIN } from './delivery-event-statements.js';

/** Describes what a vendor calls somebody whom a tenant has written to. */
export interface RecipientName {
  tenantId: string;
  channel: Channel;
  recipient: string;
  vendorId: string;
}

/** Keeps who is meant by a vendor's own id of a person, where it is not what the tenant wrote. */
@Injectable()
export class RecipientNameRepository {
  constructor(@InjectEngine() private readonly dataSource: DataSource) {}

  /**
   * Keeps them; what was known is written again once a day at most. Opt-outs that waited for such a name are looked at
   * again.
   */
  async learn(names: RecipientName[]): Promise<void> {
    if (names.length === 0) return;
    await this.dataSource.query(
      `WITH name AS MATERIALIZED (
         SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) AS name (channel, vendor_id,
           tenant_id, recipient)
       ), again AS (${LOOK_AGAIN}
       ) ${KEEP_NAMES}`,
      columnsOf(names, 'channel', 'vendorId', 'tenantId', 'recipient'),
    );
  }
}
