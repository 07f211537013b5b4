import { DataSource, type DataSourceOptions, DefaultNamingStrategy } from 'typeorm';
import { snakeCase } from 'typeorm/util/StringUtils.js';
import { Initial1764000000000 } from './migrations/1-initial.js';
import { WakesAndLeases1764100000000 } from './migrations/2-wakes-and-leases.js';
import { Routing1764200000000 } from './migrations/3-routing.js';
import { ENTITIES } from './entities.js';

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
    migrations: [Initial1764000000000, WakesAndLeases1764100000000, Routing1764200000000],
    migrationsTableName: 'migration',
    namingStrategy: new SnakeCaseNames(),
    installExtensions: false,
    extra: { max: pool },
  };
}

export function createDataSource(url: string, pool = 10): DataSource {
  return new DataSource(dataSourceOptions(url, pool));
}
