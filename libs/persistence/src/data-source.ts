import { PROCESS_NAME } from '@outbell/shared/process-name.js';
import type { ClientBase } from 'pg';
import { DataSource, type DataSourceOptions, DefaultNamingStrategy } from 'typeorm';
import { snakeCase } from 'typeorm/util/StringUtils.js';
import { Initial1764000000000 } from './migrations/1-initial.js';
import { WakesAndLeases1764100000000 } from './migrations/2-wakes-and-leases.js';
import { Routing1764200000000 } from './migrations/3-routing.js';
import { Callbacks1764300000000 } from './migrations/4-callbacks.js';
import { WhatsAppSessions1764400000000 } from './migrations/5-whatsapp-sessions.js';
import { Contacts1764500000000 } from './migrations/6-contacts.js';
import { Fallbacks1764600000000 } from './migrations/7-fallbacks.js';
import { SenderReports1764700000000 } from './migrations/8-sender-reports.js';
import { ConnectionRates1764800000000 } from './migrations/9-connection-rates.js';
import { ToldFacts1764900000000 } from './migrations/10-told-facts.js';
import { Rights1766100000000 } from './migrations/11-rights.js';
import { SuppressionScope1766200000000 } from './migrations/12-suppression-scope.js';
import { OptOuts1766300000000 } from './migrations/13-opt-outs.js';
import { Idempotency1766400000000 } from './migrations/14-idempotency.js';
import { Archives1766700000000 } from './migrations/17-archives.js';
import { BookedPlaces1767000000000 } from './migrations/20-booked-places.js';
import { ENTITIES } from './entities.js';

/** In the order they are applied. */
const MIGRATIONS = [
  Initial1764000000000,
  WakesAndLeases1764100000000,
  Routing1764200000000,
  Callbacks1764300000000,
  WhatsAppSessions1764400000000,
  Contacts1764500000000,
  Fallbacks1764600000000,
  SenderReports1764700000000,
  ConnectionRates1764800000000,
  ToldFacts1764900000000,
  Rights1766100000000,
  SuppressionScope1766200000000,
  OptOuts1766300000000,
  Idempotency1766400000000,
  Archives1766700000000,
  BookedPlaces1767000000000,
];

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
 * A connection that is lent out may be heard by nobody for a moment: the pool has stopped listening, and who gets it begins when its promise
 * is resolved. A server that says goodbye just then would end the process; the statement that comes next fails, and that is heard.
 */
export function hearErrors(client: ClientBase): void {
  client.on('error', () => undefined);
}

export function createDataSource(url: string, pool = 10): DataSource {
  return new DataSource(dataSourceOptions(url, pool));
}
