import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { Repository } from 'typeorm';
import { DeliveryEventEntity } from '../entities/delivery-event.entity.js';

/** An opt-out of which nobody knows whose it is. */
export interface ParkedOptOut {
  id: string;
  receivedAt: Date;
  /** Null: of a connection of the installation. */
  tenant: string | null;
  provider: string;
  channel: Channel;
  /** As the vendor names the person; null when it named nobody. */
  address: string | null;
  error: string;
}

/** Counting stops here. */
const COUNT_LIMIT = 100_000;

/** Finds what people say of being written to: STOP and START that answer no message of ours. */
@Injectable()
export class OptOutRepository {
  constructor(@InjectRepository(DeliveryEventEntity) private readonly events: Repository<DeliveryEventEntity>) {}

  /** Those of which nobody knows whose they are, the oldest first. */
  async parked(limit: number): Promise<ParkedOptOut[]> {
    return this.events.manager.query<ParkedOptOut[]>(
      `SELECT e.id, e.received_at AS "receivedAt", t.name AS tenant, e.provider, e.channel,
         coalesce(e.evidence ->> 'address', e.evidence ->> 'vendor_id') AS address, coalesce(e.error, '') AS error
       FROM delivery_event e LEFT JOIN tenant t ON t.id = e.tenant_id
       WHERE e.state = 'parked' AND e.kind = 'unsubscribed' ORDER BY e.received_at LIMIT $1`,
      [limit],
    );
  }

  async countParked(): Promise<number> {
    const [row] = await this.events.manager.query<[{ count: number }]>(
      `SELECT count(*)::int FROM (
         SELECT FROM delivery_event WHERE state = 'parked' AND kind = 'unsubscribed' LIMIT $1) AS parked`,
      [COUNT_LIMIT],
    );
    return row.count;
  }

  /** Has parked ones looked at again. @param id null: all of them @returns how many */
  async retry(id: string | null): Promise<number> {
    const { affected } = await this.events.update(
      { state: 'parked', kind: 'unsubscribed', ...(id !== null && { id }) },
      { state: 'new', faults: 0, tries: 0, error: null, runAt: () => 'now()' },
    );
    return affected ?? 0;
  }
}
