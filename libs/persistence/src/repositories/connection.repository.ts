import { Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { InputError } from '@outbell/shared/errors.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import { DataSource, LessThan, QueryFailedError } from 'typeorm';
import { ConnectionEntity } from '../entities/connection.entity.js';
import { arrayOf, changedRows, PreparedStatement } from '../statements.js';

export type NewConnection = Pick<ConnectionEntity, 'id' | 'channel' | 'provider' | 'name' | 'priority'> &
  Partial<Pick<ConnectionEntity, 'weight' | 'conditions' | 'rateLimits'>> &
  SealedRecord;

export interface ConnectionChanges {
  name?: string | undefined;
  priority?: number | undefined;
  weight?: number | undefined;
  /** Null takes them away. */
  conditions?: RouteConditions | null | undefined;
  rateLimits?: string | undefined;
  active?: boolean | undefined;
  sealed?: SealedRecord | undefined;
}

export interface ConnectionFilter {
  channel?: Channel | undefined;
  provider?: string | undefined;
  active?: boolean | undefined;
}

/** What it takes to call a connection's vendor, its credentials still sealed. */
export type CallableConnection = Pick<
  ConnectionEntity,
  'id' | 'tenantId' | 'channel' | 'provider' | 'version' | 'rateLimits'
> &
  SealedRecord;

/** A way out for a tenant's messages of one channel. */
export type RouteRow = CallableConnection & Pick<ConnectionEntity, 'priority' | 'weight' | 'conditions'>;

/** The columns of a CallableConnection. */
export const CALLABLE = `c.id, c.tenant_id AS "tenantId", c.channel, c.provider, c.version, c.rate_limits AS "rateLimits", c.key_id AS "keyId",
  c.sealed_key AS "sealedKey", c.sealed_data AS "sealedData"`;

const ROUTES = new PreparedStatement<RouteRow>(
  'connection.routes',
  `SELECT ${CALLABLE}, c.priority, c.weight, c.conditions
   FROM (SELECT DISTINCT tenant, channel FROM unnest($1::uuid[], $2::text[]) AS pair (tenant, channel)) AS asked
   JOIN connection c ON c.tenant_id = asked.tenant AND c.channel = asked.channel
   WHERE c.active ORDER BY c.tenant_id, c.channel, c.priority, c.id`,
);

const ACTIVE_PROVIDERS = new PreparedStatement<{ pair: string; providers: string[] }>(
  'connection.active-providers',
  `SELECT asked.tenant || ' ' || asked.channel AS pair, array_agg(DISTINCT c.provider) AS providers
   FROM (SELECT DISTINCT tenant, channel FROM unnest($1::uuid[], $2::text[]) AS pair (tenant, channel)) AS asked
   JOIN connection c ON c.tenant_id = asked.tenant AND c.channel = asked.channel
   WHERE c.active GROUP BY 1`,
);

// Told from all others by its end: see test/support/tenancy/check-statements.ts.
const OF_CALLBACK = `SELECT ${CALLABLE} FROM connection c WHERE c.id = $1 /* of a callback */`;

const UNIQUE_VIOLATION = '23505';

@Injectable()
export class ConnectionRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {InputError} 409 when the tenant has one of that name */
  async create(tenantId: string, wanted: NewConnection, now: Date): Promise<ConnectionEntity> {
    const connection = {
      weight: 1,
      conditions: null,
      rateLimits: '',
      ...wanted,
      tenantId,
      active: true,
      version: 1,
      createdAt: now,
      updatedAt: now,
    };
    await refuseTakenName(() => this.connections.insert(connection));
    return connection;
  }

  async find(tenantId: string, id: string): Promise<ConnectionEntity | null> {
    return this.connections.findOneBy({ tenantId, id });
  }

  /** A tenant's connections, newest first. @param before id of the last one of the page before */
  async list(tenantId: string, filter: ConnectionFilter, limit: number, before?: string): Promise<ConnectionEntity[]> {
    const { channel, provider, active } = filter;
    return this.connections.find({
      where: {
        tenantId,
        ...(channel !== undefined && { channel }),
        ...(provider !== undefined && { provider }),
        ...(active !== undefined && { active }),
        ...(before !== undefined && { id: LessThan(before) }),
      },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /**
   * Every change makes a new version: who holds the former one meets it no more.
   *
   * @returns null when the tenant has no such connection
   * @throws {InputError} 409 when the tenant has one of that name
   */
  async update(tenantId: string, id: string, changes: ConnectionChanges, now: Date): Promise<ConnectionEntity | null> {
    const { name, priority, weight, conditions, rateLimits, active, sealed } = changes;
    const changed = await refuseTakenName(() =>
      changedRows(
        this.dataSource,
        `UPDATE connection SET version = version + 1, updated_at = $3, name = coalesce($4, name), priority = coalesce($5, priority),
           active = coalesce($6, active), key_id = coalesce($7, key_id), sealed_key = coalesce($8, sealed_key),
           sealed_data = coalesce($9, sealed_data), weight = coalesce($10, weight),
           conditions = CASE WHEN $11 THEN $12::jsonb ELSE conditions END, rate_limits = coalesce($13, rate_limits)
         WHERE tenant_id = $1 AND id = $2 RETURNING id`,
        [
          ...[tenantId, id, now, name, priority, active, sealed?.keyId, sealed?.sealedKey, sealed?.sealedData, weight],
          conditions !== undefined,
          conditions,
          rateLimits,
        ],
      ),
    );
    return changed.length === 0 ? null : this.find(tenantId, id);
  }

  /** The active connections of some tenants and channels, each pair's best first: one statement for any number. */
  async routes(pairs: { tenantId: string; channel: Channel }[]): Promise<RouteRow[]> {
    if (pairs.length === 0) return [];
    return ROUTES.run(this.dataSource, [
      arrayOf(pairs.map(({ tenantId }) => tenantId)),
      arrayOf(pairs.map(({ channel }) => channel)),
    ]);
  }

  /**
   * The providers of the active connections of some tenants and channels: one statement for any number.
   *
   * @returns by `<tenant> <channel>`; without those that have none
   */
  async activeProviders(pairs: { tenantId: string; channel: Channel }[]): Promise<Map<string, string[]>> {
    const rows = await ACTIVE_PROVIDERS.run(this.dataSource, [
      arrayOf(pairs.map(({ tenantId }) => tenantId)),
      arrayOf(pairs.map(({ channel }) => channel)),
    ]);
    return new Map(rows.map(({ pair, providers }) => [pair, providers]));
  }

  /**
   * A connection of whatever tenant, active or not: for the callbacks of its vendor, who names the connection and proves by its secrets that
   * it may speak of it. No request of a tenant leads here.
   */
  async forCallback(id: string): Promise<CallableConnection | null> {
    const [row] = await this.dataSource.query<CallableConnection[]>(OF_CALLBACK, [id]);
    return row ?? null;
  }

  private get connections() {
    return this.dataSource.getRepository(ConnectionEntity);
  }
}

async function refuseTakenName<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = error instanceof QueryFailedError ? (error.driverError as { code?: unknown }).code : undefined;
    if (code === UNIQUE_VIOLATION)
      throw InputError.of(
        'name',
        'is taken by another connection, maybe one that is no longer active; choose another, or change that one with PATCH',
        409,
        'name_taken',
      );
    throw error;
  }
}
