import { PROCESS_NAME } from '@outbell/shared/process-name.js';
import type { ClientBase } from 'pg';
import { DataSource, type DataSourceOptions, DefaultNamingStrategy } from 'typeorm';
import { snakeCase } from 'typeorm/util/StringUtils.js';
import { Initial1796000000000 } from './migrations/1-initial.js';
import { ENTITIES } from './entities.js';

/** In the order they are applied. */
const MIGRATIONS = [Initial1796000000000];

class SnakeCaseNames extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return snakeCase([...prefixes, custom ?? property].join('_'));
  }

  override joinColumnName(relation: string, column: string): string {
    return snakeCase(`${relation}_${column}`);
  }
}

/**
 * Tells TypeORM how this installation talks to PostgreSQL. Never synchronizes: the schema is what the migrations made.
 *
 * @param settings of the pool of `pg`
 */
function dataSourceOptions(url: string, pool: number, settings: object = {}): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migration',
    namingStrategy: new SnakeCaseNames(),
    installExtensions: false,
    applicationName: PROCESS_NAME,
    extra: { max: pool, onConnect: hearErrors, ...settings },
  };
}

/**
 * A statement is planned once for a connection, and while a month's partition is new, reading the whole of it looks
 * cheapest: a minute later it would be read again for every batch. So the engine uses indexes wherever there is one.
 * (Up to PostgreSQL 17 a scan that cannot be avoided looks dear enough then to be compiled first.) Set by statement,
 * for poolers refuse it as a startup parameter.
 */
const BY_INDEX = 'SET enable_seqscan = off; SET jit = off';

/**
 * A connection that nobody uses is kept for ten minutes: its successor would have to read the catalogue and plan each
 * statement anew. Whatever lies between must not forget it meanwhile.
 */
const KEPT = { idleTimeoutMillis: 600_000, keepAlive: true, keepAliveInitialDelayMillis: 60_000 };

/** CRUD's connections in a process of ours; its statements are planned as usual. */
export function crudOptions(url: string, pool: number): DataSourceOptions {
  return dataSourceOptions(url, pool, KEPT);
}

/** Connections for the engine's statements; these know no entities. */
export function engineOptions(url: string, pool: number): DataSourceOptions {
  const onConnect = (client: ClientBase) => {
    hearErrors(client);
    return client.query(BY_INDEX);
  };
  return { ...dataSourceOptions(url, pool, { ...KEPT, onConnect }), entities: [], migrations: [] };
}

/**
 * A connection that is lent out may be heard by nobody for a moment: the pool has stopped listening, and who gets it
 * begins when its promise is resolved. A server that says goodbye just then would end the process; the statement that
 * comes next fails, and that is heard.
 */
function hearErrors(client: ClientBase): void {
  client.on('error', () => undefined);
}

export function createDataSource(url: string, pool = 10): DataSource {
  return new DataSource(dataSourceOptions(url, pool));
}
