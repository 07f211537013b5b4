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

/** How this installation talks to PostgreSQL. Never synchronizes: the schema is what the migrations made. */
export function dataSourceOptions(url: string, pool: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: 'migration',
    namingStrategy: new SnakeCaseNames(),
    installExtensions: false,
    applicationName: PROCESS_NAME,
    extra: { max: pool, onConnect: hearErrors },
  };
}

/**
 * A connection that is lent out may be heard by nobody for a moment: the pool has stopped listening, and who gets it
 * begins when its promise is resolved. A server that says goodbye just then would end the process; the statement that
 * comes next fails, and that is heard.
 */
export function hearErrors(client: ClientBase): void {
  client.on('error', () => undefined);
}

export function createDataSource(url: string, pool = 10): DataSource {
  return new DataSource(dataSourceOptions(url, pool));
}
