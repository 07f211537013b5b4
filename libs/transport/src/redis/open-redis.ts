import { Redis, type RedisOptions } from 'ioredis';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { PROCESS_NAME } from '@outbell/shared/process-name.js';

/** How long a process waits at its start for Redis, in ms. */
const FIRST_CONNECT_MS = 2_000;

/**
 * The longest wait for an answer to who publishes or counts, in ms. Workers' commands have no such limit: they block.
 */
const COMMAND_MS = 1_000;

/** Opens a connection in the background; it comes back by itself whenever it is lost. */
export function openRedis(url: string, options: RedisOptions = {}): Redis {
  const client = new Redis(url, {
    connectionName: PROCESS_NAME,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(times * 100, 2_000),
    ...options,
  });
  // Reconnecting is ioredis' work; what failed meanwhile is reported by the command that failed.
  client.on('error', () => undefined);
  return client;
}

/**
 * Opens a connection whose commands fail soon while Redis is away. Waits at most two seconds for it: a command before
 * the connection is there would fail.
 */
export async function openRedisInTime(url: string): Promise<Redis> {
  const client = openRedis(url, { enableOfflineQueue: false, commandTimeout: COMMAND_MS });
  await Promise.race([once(client, 'ready').catch(() => undefined), wait(FIRST_CONNECT_MS)]);
  return client;
}
