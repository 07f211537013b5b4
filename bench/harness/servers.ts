import { rmSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { databaseUser, serverHome } from '../../tools/servers/homes.mjs';
import { startPostgres } from '../../tools/servers/postgres.mjs';
import { startRedis } from '../../tools/servers/redis.mjs';
import type { Watched } from './cpu-time.js';

/**
 * As a PostgreSQL of its own would be set up on a machine this size: durable (fsync, full pages and synchronous commits
 * are on, as they are by default), with memory to work in and checkpoints that do not follow each other at once.
 */
const POSTGRES = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  min_wal_size: '1GB',
  checkpoint_timeout: '15min',
  random_page_cost: '1.1',
  max_connections: '400',
};

/**
 * As docs/operations.md asks of a queue: nothing is evicted, and what was written survives a crash but for a second.
 */
const REDIS = { save: '', appendonly: 'yes', appendfsync: 'everysec', 'maxmemory-policy': 'noeviction' };

/** The PostgreSQL and the Redis all subjects of a run share. They and their data end with it. */
export class Servers {
  private databases = 0;
  private redisDatabases = 0;

  private constructor(
    private readonly directory: string,
    private readonly postgres: { url: string; pid: number; stop(): Promise<void> },
    private readonly redis: { url: string; pid: number; stop(): Promise<void> },
  ) {}

  static async start(say: (line: string) => void): Promise<Servers> {
    // Where test runs have theirs: should this process be killed, the next test run stops and removes them.
    const home = `test/run-${process.pid}`;
    const directory = serverHome(home, databaseUser());
    const postgres = await startPostgres({ name: `${home}/postgres`, settings: POSTGRES, say });
    const redis = await startRedis({ directory: path.join(directory, 'redis'), settings: REDIS, say });
    return new Servers(directory, postgres, redis);
  }

  /** Whose CPU time belongs to every subject. */
  get watched(): Watched[] {
    return [
      { label: 'postgres', pid: this.postgres.pid },
      { label: 'redis', pid: this.redis.pid },
    ];
  }

  /** Of the postmaster, the parent of all of PostgreSQL's processes. */
  get postgresPid(): number {
    return this.postgres.pid;
  }

  /** A new, empty database. @returns its URL */
  async newDatabase(): Promise<string> {
    const name = `bench_${++this.databases}`;
    const client = new pg.Client({ connectionString: this.postgres.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`).finally(() => client.end());
    const url = new URL(this.postgres.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** An empty numbered database. @returns its URL */
  newRedisUrl(): string {
    return `${this.redis.url}/${this.redisDatabases++}`;
  }

  async versions(): Promise<{ postgres: string; redis: string }> {
    const client = new pg.Client({ connectionString: this.postgres.url });
    await client.connect();
    const asked = client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
    const { rows } = await asked.finally(() => client.end());
    const redis = new Redis(this.redis.url);
    const info = await redis.info('server').finally(() => redis.disconnect());
    return { postgres: rows[0]?.version ?? '', redis: /redis_version:(\S+)/.exec(info)?.[1] ?? '' };
  }

  async stop(): Promise<void> {
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}
