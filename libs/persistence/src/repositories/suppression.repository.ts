import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { usualScope } from '@outbell/shared/constants/suppression.js';
import type { SuppressionScope } from '@outbell/shared/constants/suppression-scopes.js';
import { newId } from '@outbell/shared/uuid.js';
import { DataSource, Repository } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { SuppressionEntity } from '../entities/suppression.entity.js';
import { columnsOf } from '../statements.js';
import { InjectEngine } from '../engine/engine-data-source.js';
import { awaitInFlight, holdBack } from '../engine/hold-back.js';
import { TenantRows } from './tenant-rows.js';

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

@Injectable()
export class SuppressionRepository extends TenantRows<SuppressionEntity> {
  constructor(
    @InjectRepository(SuppressionEntity) rows: Repository<SuppressionEntity>,
    @InjectEngine() private readonly engine: DataSource,
  ) {
    super(rows);
  }

  /**
   * Suppresses an address, and holds back what was accepted or claimed before: when it resolves, nothing that it
   * forbids leaves any more but what is in flight. What was in flight is waited for, for two seconds at most.
   *
   * @returns the one that holds for the address in this scope: an earlier one keeps its reason and its evidence
   */
  async add(tenantId: string, wanted: NewSuppression, now: Date): Promise<HoldingSuppression> {
    const { channel, reason } = wanted;
    const { scope = usualScope(channel, reason), topic = null } = wanted;
    const row = { ...wanted, id: newId(), tenantId, scope, topic, createdAt: now };
    const { generatedMaps } = await this.rows
      .createQueryBuilder()
      .insert()
      .values(row as QueryDeepPartialEntity<SuppressionEntity>)
      // The update changes nothing: it is what makes RETURNING give the earlier row.
      .orUpdate(['address'], 'suppression_once')
      .returning('*')
      .execute();
    const suppression = generatedMaps[0] as SuppressionEntity;
    await holdBack(this.engine, [suppression]);
    const inFlight = await awaitInFlight(this.engine, [suppression]);
    return Object.assign(suppression, { inFlight });
  }

  /**
   * Suppresses many addresses, and holds back what was accepted or claimed before, as `add` does. Those that are
   * suppressed already in their scope keep their reason and their evidence; what they forbid is held back too, for
   * whoever suppressed them may be about to.
   *
   * @returns how many were not
   */
  async addMany(tenantId: string, wanted: NewSuppression[], now: Date): Promise<number> {
    // In one order, so that two lists of the same addresses do not lock each other out.
    const created = await this.rows.manager.query<object[]>(
      `INSERT INTO suppression (id, tenant_id, channel, address, scope, topic, reason, evidence, created_at)
       SELECT w.id, $1, w.channel, w.address, w.scope, w.topic, w.reason, w.evidence, $9
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
         AS w (id, channel, address, scope, topic, reason, evidence)
       ORDER BY w.channel, w.address, w.scope, w.topic
       ON CONFLICT ON CONSTRAINT suppression_once DO NOTHING RETURNING id`,
      [
        tenantId,
        wanted.map(() => newId()),
        ...columnsOf(wanted, 'channel', 'address'),
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

  /** The suppression that was removed, or null: then the tenant has none of that id. */
  async remove(tenantId: string, id: string): Promise<SuppressionEntity | null> {
    const found = await this.rows.findOneBy({ tenantId, id });
    if (found) await this.rows.delete({ tenantId, id });
    return found;
  }
}
