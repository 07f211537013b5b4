import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeTemplate } from './migrated-template.js';
import { isAlive } from '../../tools/servers/processes.mjs';
import { databaseUser, serverHome } from '../../tools/servers/homes.mjs';
import { startPostgres, stopPostgres } from '../../tools/servers/postgres.mjs';
import { provideRedis, stopRedis } from '../../tools/servers/redis.mjs';

/** Nothing of a test run outlives it: durability would only cost time. */
const FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '256MB',
  max_connections: '400',
  autovacuum_naptime: '10s',
};

/**
 * vitest's global setup: a PostgreSQL with a migrated template database and a Redis, both of this run alone (several
 * runs may go on in one clone), stopped and removed at its end.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runs = serverHome('test', databaseUser());
  await sweep(runs);
  const name = `run-${process.pid}`;
  const directory = path.join(runs, name);
  const say = (line: string) => console.log(line);
  mkdirSync(directory, { recursive: true });
  const stop = async () => {
    await stopServers(directory);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const [postgres, redis] = await Promise.all([
      startPostgres({ name: `test/${name}/postgres`, settings: FAST, say }),
      provideRedis({ directory: path.join(directory, 'redis'), say }),
    ]);
    await makeTemplate(postgres.url);
    project.provide('postgresUrl', postgres.url);
    project.provide('redis', { url: redis.url, databases: redis.databases });
    return async () => {
      await redis.stop();
      await stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends and removes what runs that were killed left behind. */
async function sweep(runs: string): Promise<void> {
  for (const name of readdirSync(runs)) {
    const pid = Number(/^run-(\d+)$/.exec(name)?.[1]);
    if (!pid || isAlive(pid)) continue;
    await stopServers(path.join(runs, name));
    rmSync(path.join(runs, name), { recursive: true, force: true });
  }
}

async function stopServers(directory: string): Promise<void> {
  await Promise.all([stopPostgres(path.join(directory, 'postgres', 'data')), stopRedis(path.join(directory, 'redis'))]);
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string;
    redis: { url: string; databases: number };
  }
}
