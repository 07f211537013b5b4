import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { SealedRecord } from '@outbell/shared/crypto/vault.js';
import { Repository } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { ConnectionEntity } from '../entities/connection.entity.js';
import { arrayOf, columnsOf, PreparedStatement } from '../statements.js';
import { refuseTaken } from './refuse-taken.js';
import { TenantRows } from './tenant-rows.js';

export type NewConnection = Pick<ConnectionEntity, 'id' | 'channel' | 'provider' | 'name' | 'priority'> &
  Partial<Pick<ConnectionEntity, 'weight' | 'conditions' | 'rateLimits'>> &
  SealedRecord;

/** What is left out or undefined stays; `conditions: null` takes them away. */
export type ConnectionChanges = {
  [Column in 'name' | 'priority' | 'weight' | 'conditions' | 'rateLimits' | 'active']?:
    ConnectionEntity[Column] | undefined;
} & { sealed?: SealedRecord | undefined };

/** Describes what it takes to call a connection's vendor, its credentials still sealed. */
export type CallableConnection = Pick<
  ConnectionEntity,
  'id' | 'tenantId' | 'channel' | 'provider' | 'version' | 'rateLimits'
> &
  SealedRecord;

/** A way out for a tenant's messages of one channel. */
export type RouteRow = CallableConnection & Pick<ConnectionEntity, 'priority' | 'weight' | 'conditions'>;

/** The columns of a CallableConnection. */
export const CALLABLE = `c.id, c.tenant_id AS "tenantId", c.channel, c.provider, c.version,
  c.rate_limits AS "rateLimits", c.key_id AS "keyId", c.sealed_key AS "sealedKey", c.sealed_data AS "sealedData"`;

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

/** TypeORM takes conditions for columns of their own. */
type Row = QueryDeepPartialEntity<ConnectionEntity>;

const TAKEN =
  'is taken by another connection, maybe one that is no longer active; choose another, or change that one with PATCH';

@Injectable()
export class ConnectionRepository extends TenantRows<ConnectionEntity> {
  constructor(@InjectRepository(ConnectionEntity) rows: Repository<ConnectionEntity>) {
    super(rows);
  }

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
    await this.rows.insert(connection as Row).catch(refuseTaken('name', TAKEN));
    return connection;
  }

  /**
   * Every change makes a new version: who holds the former one meets it no more.
   *
   * @returns null when the tenant has no such connection
   * @throws {InputError} 409 when the tenant has one of that name
   */
  async update(tenantId: string, id: string, changes: ConnectionChanges, now: Date): Promise<ConnectionEntity | null> {
    const { sealed, ...plain } = changes;
    const row = { ...plain, ...sealed, version: () => 'version + 1', updatedAt: now } as Row;
    const { affected } = await this.rows.update({ tenantId, id }, row).catch(refuseTaken('name', TAKEN));
    return affected === 1 ? this.find(tenantId, id) : null;
  }

  /** The active connections of some tenants and channels, each pair's best first: one statement for any number. */
  async routes(pairs: { tenantId: string; channel: Channel }[]): Promise<RouteRow[]> {
    if (pairs.length === 0) return [];
    return ROUTES.run(this.rows.manager, columnsOf(pairs, 'tenantId', 'channel').map(arrayOf));
  }

  /**
   * The providers of the active connections of some tenants and channels: one statement for any number.
   *
   * @returns by `<tenant> <channel>`; without those that have none
   */
  async activeProviders(pairs: { tenantId: string; channel: Channel }[]): Promise<Map<string, string[]>> {
    const rows = await ACTIVE_PROVIDERS.run(this.rows.manager, columnsOf(pairs, 'tenantId', 'channel').map(arrayOf));
    return new Map(rows.map(({ pair, providers }) => [pair, providers]));
  }

  /**
   * A connection of whatever tenant, active or not: for the callbacks of its vendor, who names the connection and
   * proves by its secrets that it may speak of it. No request of a tenant leads here.
   */
  async forCallback(id: string): Promise<CallableConnection | null> {
    const [row] = await this.rows.manager.query<CallableConnection[]>(OF_CALLBACK, [id]);
    return row ?? null;
  }
}
