import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { BuiltApp } from '../../test/support/built-app.js';
import { OwnPostgres } from '../../test/support/own-postgres.js';
import { OwnRedis } from '../../test/support/own-redis.js';
import { TcpProxy } from '../../test/support/tcp-proxy.js';
import { databaseUser, serverHome } from '../../tools/servers/homes.mjs';
import { freePort } from '../../tools/servers/ports.mjs';
import { Ledger } from './ledger.js';
import { SETTINGS } from './times.js';
import { Vendor } from './vendor.js';

/** What carries the wake-ups. */
export const QUEUES = ['PostgreSQL', 'Redis', 'Redis Streams'] as const;
export type Queue = (typeof QUEUES)[number];

/** What the apps depend on. */
export interface Servers {
  queue: Queue;
  /** As durable as in production. */
  postgres: OwnPostgres;
  /** The harness' own way into the database, which no fault touches. */
  database: DataSource;
  redis: OwnRedis | undefined;
  vendor: Vendor;
  /** What the vendor writes down, synced, before it answers. */
  ledger: Ledger;
  /** The ways by which the apps reach them. */
  ways: { postgres: TcpProxy; redis: TcpProxy | undefined; vendor: TcpProxy };
  /** The apps' settings. */
  environment: Record<string, string>;
}

let opened = 0;

export async function openServers(queue: Queue): Promise<Servers> {
  const name = `proof-${++opened}`;
  const postgres = await OwnPostgres.start(name);
  const redis = queue === 'PostgreSQL' ? undefined : await OwnRedis.start();
  const smtpPort = await freePort();
  const ways = {
    postgres: await TcpProxy.to(postgres.url),
    redis: redis && (await TcpProxy.to(redis.url)),
    vendor: await TcpProxy.to(`smtp://127.0.0.1:${smtpPort}`),
  };
  const ledger = path.join(serverHome(`test/run-${process.pid}`, databaseUser()), `${name}.ledger`);
  rmSync(ledger, { force: true });
  const environment = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'warn',
    DATABASE_URL: ways.postgres.url,
    DATABASE_POOL: '5',
    ...(ways.redis && { QUEUE_URL: ways.redis.url }),
    ...(queue === 'Redis Streams' && { TRANSPORT: 'redis-streams' }),
    KEY_ENCRYPTION_KEYS: `proof:${randomBytes(32).toString('base64')}`,
    OUTBOUND_ALLOW: '127.0.0.0/8',
    SANDBOX_SMTP_PORT: String(smtpPort),
    SANDBOX_LEDGER: ledger,
    ...SETTINGS,
  };
  const vendor = new Vendor(await BuiltApp.start('sandbox', environment), Number(new URL(ways.vendor.url).port));
  await vendor.unlimited();
  const database = await postgres.connect();
  return { queue, postgres, database, redis, vendor, ledger: new Ledger(ledger), ways, environment };
}

/** Stops them, and removes what they kept. */
export async function closeServers({ postgres, database, redis, vendor, ledger, ways }: Servers): Promise<void> {
  await vendor.sandbox.kill();
  await database.destroy();
  await Promise.all([ways.postgres.shut(), ways.redis?.shut(), ways.vendor.shut()]);
  await Promise.all([postgres.remove(), redis?.kill()]);
  ledger.remove();
}
