import { randomBytes } from 'node:crypto';
import { createDataSource } from '@outbell/persistence/data-source.js';
import { migrate } from '@outbell/persistence/migrate.js';
import { loadConfig } from '@outbell/shared/config/load-config.js';
import { Vault } from '@outbell/shared/crypto/vault.js';
import { newId } from '@outbell/shared/uuid.js';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { type AppName, BuiltApp } from '../../test/support/built-app.js';
import type { Bench } from '../harness/bench.js';
import { makeTenants, type Tenant, type Vendor } from './tenants.js';

/** What carries the wake-ups. */
export type QueueKind = 'redis' | 'postgres' | 'redis-streams' | 'memory';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** On every level, and so high that none is reached: what is measured is the booking. */
const RATE_LIMITS = [
  'sender=10000000/min,100000000/h',
  'tenant=100000000/h',
  'domain=100000000/h',
  'installation=100000000/h',
].join(';');

/**
 * A database of this release with tenants that can send, and the settings of the processes that work on it, as in
 * production.
 */
export class Installation {
  private readonly apps: BuiltApp[] = [];
  private closing: Promise<void> | undefined;
  /** Ids below are those of the past. */
  private presentFrom = FIRST_ID;

  private constructor(
    readonly dataSource: DataSource,
    private readonly observer: pg.Client,
    readonly environment: Record<string, string>,
    readonly vault: Vault,
  ) {}

  static async make(bench: Bench, queue: QueueKind): Promise<Installation> {
    const url = await bench.servers.newDatabase();
    await migrate(url);
    const environment = {
      NODE_ENV: 'production',
      DATABASE_URL: url,
      ...(queue.startsWith('redis') && { QUEUE_URL: bench.servers.newRedisUrl() }),
      ...((queue === 'redis-streams' || queue === 'memory') && { TRANSPORT: queue }),
      KEY_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
      OUTBOUND_ALLOW: '127.0.0.0/8',
      RATE_LIMITS,
    };
    const dataSource = await createDataSource(url, 4).initialize();
    const vault = new Vault(loadConfig(environment));
    const installation = new Installation(dataSource, await observe(url), environment, vault);
    bench.atEnd(() => installation.close());
    return installation;
  }

  makeTenants(count: number, vendor: Vendor): Promise<Tenant[]> {
    return makeTenants(this.dataSource, this.vault, count, vendor);
  }

  /** A built app on this installation, ready. */
  async start(name: AppName): Promise<BuiltApp> {
    const app = await BuiltApp.start(name, this.environment);
    this.apps.push(app);
    return app;
  }

  /** The messages there are now stay: from here on they are the past. */
  async keep(): Promise<void> {
    this.presentFrom = newId();
    await this.settle();
  }

  /** Takes all messages away, but those of the past. */
  async empty(): Promise<void> {
    const tables = await this.messageTables();
    if (this.presentFrom === FIRST_ID) {
      await this.dataSource.query(`TRUNCATE ${tables.join(', ')}`);
      return;
    }
    for (const table of ['message_attempt', 'message_event', 'message_dedupe']) {
      await this.dataSource.query(`DELETE FROM ${table} WHERE message_id >= $1`, [this.presentFrom]);
    }
    await this.dataSource.query('DELETE FROM message WHERE id >= $1', [this.presentFrom]);
    await this.dataSource.query('TRUNCATE message_schedule, message_lease');
  }

  /**
   * What time would do: figures for the planner, visibility, and nothing of what was just written left to be written
   * back.
   */
  async settle(): Promise<void> {
    for (const table of await this.messageTables()) await this.dataSource.query(`VACUUM (ANALYZE) ${table}`);
    await this.dataSource.query('CHECKPOINT');
  }

  /** Whether no message waits or is being delivered: each that is has a row in message_schedule. */
  async allSettled(): Promise<boolean> {
    const { rows } = await this.observer.query<{ open: boolean }>(
      'SELECT EXISTS (SELECT FROM message_schedule) AS open',
    );
    return rows[0]?.open === false;
  }

  /** Whether any process but this one is amid a transaction. */
  async inTransaction(): Promise<boolean> {
    const { rows } = await this.observer.query<{ any: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
         AND backend_type = 'client backend' AND state <> 'idle') AS any`,
    );
    return rows[0]?.any === true;
  }

  /** How many messages are in each state; those of the past do not count. */
  async statuses(): Promise<Record<string, number>> {
    const rows = await this.dataSource.query<{ status: string; count: number }[]>(
      'SELECT status, count(*)::int AS count FROM message WHERE id >= $1 GROUP BY status',
      [this.presentFrom],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  }

  /** `message` and what lies beside it. */
  private async messageTables(): Promise<string[]> {
    const rows = await this.dataSource.query<{ name: string }[]>(
      `SELECT relname AS name FROM pg_class
       WHERE relname LIKE 'message%' AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname`,
    );
    return rows.map(({ name }) => name);
  }

  /** Ends its processes; may be called twice. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.kill()));
    await this.observer.end();
    await this.dataSource.destroy();
  }
}

/**
 * Looks at one entry of the small indexes of dispatch and maintenance: whatever the planner thinks, reading on would
 * disturb.
 */
async function observe(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: '-c enable_seqscan=off -c enable_bitmapscan=off' });
  client.on('error', () => undefined); // what it is asked next says so
  await client.connect();
  return client;
}
