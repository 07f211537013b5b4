import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource, LessThan } from 'typeorm';
import { SuppressionEntity } from '../entities/suppression.entity.js';

export type NewSuppression = Pick<SuppressionEntity, 'channel' | 'address' | 'reason' | 'evidence'>;

export interface SuppressionFilter {
  channel?: Channel | undefined;
  address?: string | undefined;
}

@Injectable()
export class SuppressionRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns the one that holds for the address: an earlier one keeps its reason and its evidence */
  async add(tenantId: string, wanted: NewSuppression, now: Date): Promise<SuppressionEntity> {
    const { channel, address, reason, evidence } = wanted;
    const [row] = await this.dataSource.query<[SuppressionEntity]>(
      // The update changes nothing: it is what makes RETURNING give the earlier row.
      `INSERT INTO suppression (id, tenant_id, channel, address, reason, evidence, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (tenant_id, channel, address) DO UPDATE SET address = excluded.address
       RETURNING id, tenant_id AS "tenantId", channel, address, reason, evidence, created_at AS "createdAt"`,
      [newId(), tenantId, channel, address, reason, evidence, now],
    );
    return row;
  }

  /**
   * Suppresses many addresses, in one statement. Those that are suppressed already keep their reason and their evidence.
   *
   * @returns those that were not
   */
  async addMany(
    tenantId: string,
    wanted: NewSuppression[],
    now: Date,
  ): Promise<Pick<NewSuppression, 'channel' | 'address'>[]> {
    return this.dataSource.query(
      `INSERT INTO suppression (id, tenant_id, channel, address, reason, evidence, created_at)
       SELECT w.id, $1, w.channel, w.address, w.reason, w.evidence, $7
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::jsonb[]) AS w (id, channel, address, reason, evidence)
       ON CONFLICT (tenant_id, channel, address) DO NOTHING RETURNING channel, address`,
      [
        tenantId,
        wanted.map(() => newId()),
        wanted.map(({ channel }) => channel),
        wanted.map(({ address }) => address),
        wanted.map(({ reason }) => reason),
        wanted.map(({ evidence }) => JSON.stringify(evidence)),
        now,
      ],
    );
  }

  /** A tenant's suppressions, newest first. @param before id of the last one of the page before */
  async list(
    tenantId: string,
    filter: SuppressionFilter,
    limit: number,
    before?: string,
  ): Promise<SuppressionEntity[]> {
    const { channel, address } = filter;
    return this.suppressions.find({
      where: {
        tenantId,
        ...(channel !== undefined && { channel }),
        ...(address !== undefined && { address }),
        ...(before !== undefined && { id: LessThan(before) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  async find(tenantId: string, id: string): Promise<SuppressionEntity | null> {
    return this.suppressions.findOneBy({ tenantId, id });
  }

  /** The suppression that was removed, or null: then the tenant has none of that id. */
  async remove(tenantId: string, id: string): Promise<SuppressionEntity | null> {
    const found = await this.suppressions.findOneBy({ tenantId, id });
    if (found) await this.suppressions.delete({ tenantId, id });
    return found;
  }

  private get suppressions() {
    return this.dataSource.getRepository(SuppressionEntity);
  }
}
