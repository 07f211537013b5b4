import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { usualScope } from '@outbell/shared/constants/suppression.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource, LessThan } from 'typeorm';
import { SuppressionEntity } from '../entities/suppression.entity.js';
import { InjectEngine } from '../engine/engine-data-source.js';
import { awaitInFlight, holdBack } from '../engine/hold-back.js';

export interface NewSuppression extends Pick<SuppressionEntity, 'channel' | 'address' | 'reason' | 'evidence'> {
  /** Default: the usual one of its reason. */
  scope?: SuppressionScope | undefined;
  /** Of scope `topic`, and of no other. */
  topic?: string | null | undefined;
}

/** A suppression that holds from now on. */
export interface HoldingSuppression extends SuppressionEntity {
  /** Messages that a vendor was called for before, and has not answered: they may still arrive. */
  inFlight: number;
}

export interface SuppressionFilter {
  channel?: Channel | undefined;
  address?: string | undefined;
}

@Injectable()
export class SuppressionRepository {
  constructor(
    private readonly dataSource: DataSource,
    @InjectEngine() private readonly engine: DataSource = dataSource,
  ) {}

  /**
   * Suppresses an address, and holds back what was accepted or claimed before: when it resolves, nothing that it forbids leaves any more but
   * what is in flight. What was in flight is waited for, for two seconds at most.
   *
   * @returns the one that holds for the address in this scope: an earlier one keeps its reason and its evidence
   */
  async add(tenantId: string, wanted: NewSuppression, now: Date): Promise<HoldingSuppression> {
    const suppression = await this.insert(tenantId, wanted, now);
    await holdBack(this.engine, [suppression]);
    const inFlight = await awaitInFlight(this.engine, [suppression]);
    return Object.assign(suppression, { inFlight });
  }

  private async insert(tenantId: string, wanted: NewSuppression, now: Date): Promise<SuppressionEntity> {
    const { channel, address, reason, evidence } = wanted;
    const { scope = usualScope(channel, reason), topic = null } = wanted;
    const [row] = await this.dataSource.query<[SuppressionEntity]>(
      // The update changes nothing: it is what makes RETURNING give the earlier row.
      `INSERT INTO suppression (id, tenant_id, channel, address, scope, topic, reason, evidence, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT ON CONSTRAINT suppression_once DO UPDATE SET address = excluded.address
       RETURNING id, tenant_id AS "tenantId", channel, address, scope, topic, reason, evidence, created_at AS "createdAt"`,
      [newId(), tenantId, channel, address, scope, topic, reason, evidence, now],
    );
    return row;
  }

  /**
   * Suppresses many addresses, and holds back what was accepted or claimed before, as `add` does. Those that are suppressed already in their
   * scope keep their reason and their evidence; what they forbid is held back too, for whoever suppressed them may be about to.
   *
   * @returns how many were not
   */
  async addMany(tenantId: string, wanted: NewSuppression[], now: Date): Promise<number> {
    // In one order, so that two lists of the same addresses do not lock each other out.
    const created = await this.dataSource.query<object[]>(
      `INSERT INTO suppression (id, tenant_id, channel, address, scope, topic, reason, evidence, created_at)
       SELECT w.id, $1, w.channel, w.address, w.scope, w.topic, w.reason, w.evidence, $9
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
         AS w (id, channel, address, scope, topic, reason, evidence)
       ORDER BY w.channel, w.address, w.scope, w.topic
       ON CONFLICT ON CONSTRAINT suppression_once DO NOTHING RETURNING id`,
      [
        tenantId,
        wanted.map(() => newId()),
        wanted.map(({ channel }) => channel),
        wanted.map(({ address }) => address),
        wanted.map(({ scope, channel, reason }) => scope ?? usualScope(channel, reason)),
        wanted.map(({ topic }) => topic ?? null),
        wanted.map(({ reason }) => reason),
        wanted.map(({ evidence }) => JSON.stringify(evidence)),
        now,
      ],
    );
    const addresses = wanted.map(({ channel, address }) => ({ tenantId, channel, address }));
    await holdBack(this.engine, addresses);
    await awaitInFlight(this.engine, addresses);
    return created.length;
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
