import { Redis } from 'ioredis';
import type { TransportFinding } from '../transport-driver.js';

const CONNECT_TIMEOUT_MS = 5_000;
const OLDEST_REDIS = 7;

/** Describes what Redis says of itself, as far as wake-ups depend on it. */
export interface RedisProbe {
  version: string;
  /** `noeviction`, or what the server throws away when its memory is full */
  evictionPolicy: string;
  /** whether writes go to an append-only file */
  appendOnly: boolean;
}

export async function examineRedis(url: string): Promise<TransportFinding[]> {
  return judgeRedis(await probeRedis(url));
}

/**
 * A Redis that evicts or forgets loses wake-ups: nothing is lost for good, but messages wait for dispatch to notice.
 */
export function judgeRedis({ version, evictionPolicy, appendOnly }: RedisProbe): TransportFinding[] {
  const findings: TransportFinding[] = [];
  if (Number.parseInt(version, 10) < OLDEST_REDIS) {
    const mend = `upgrade to Redis ${OLDEST_REDIS} or newer`;
    findings.push({ status: 'fail', found: `Redis ${version} is too old`, mend });
  }
  if (evictionPolicy !== 'noeviction') {
    const found = `Redis throws jobs away when its memory is full (maxmemory-policy ${evictionPolicy})`;
    const mend = 'redis-cli config set maxmemory-policy noeviction, and in redis.conf';
    findings.push({ status: 'fail', found, mend });
  }
  if (!appendOnly) {
    const found =
      'Redis keeps no append-only file: a restart empties the queue, and messages wait to be published again';
    findings.push({ status: 'warn', found, mend: 'redis-cli config set appendonly yes, and in redis.conf' });
  }
  return findings.length > 0 ? findings : [{ status: 'ok', found: `Redis ${version}, noeviction, append-only file` }];
}

async function probeRedis(url: string): Promise<RedisProbe> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: () => null,
  });
  // `connect` rejects with "Connection is closed" only; the cause comes as an event.
  let cause: Error | undefined;
  client.on('error', (error: Error) => (cause = error));
  try {
    await client.connect();
    // INFO and not CONFIG GET: hosted servers forbid the latter.
    const info = await client.info();
    return {
      version: field(info, 'redis_version'),
      evictionPolicy: field(info, 'maxmemory_policy'),
      appendOnly: field(info, 'aof_enabled') === '1',
    };
  } catch (error) {
    throw cause ?? error;
  } finally {
    client.disconnect();
  }
}

function field(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? 'unknown';
}
