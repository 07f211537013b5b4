import { type PostgresProbe, probeQueue, type QueueProbe, type RedisProbe } from '@outbell/transport/queue-probe.js';
import { errorLine } from '../error-line.js';
import type { Finding } from './finding.js';
import { placeOf } from './place-of.js';

const check = 'queue';
const OLDEST_REDIS = 7;

/** Whether wake-ups get through and stay. */
export async function checkQueue(url: string): Promise<Finding[]> {
  let probe: QueueProbe;
  try {
    probe = await probeQueue(url);
  } catch (error) {
    const found = `${placeOf(url)} does not answer: ${errorLine(error)}`;
    return [
      {
        check,
        status: 'fail',
        found,
        mend: 'start the server, or correct QUEUE_URL (without it, the database carries the queue)',
      },
    ];
  }
  return probe.kind === 'redis' ? judgeRedis(probe) : [judgePostgres(probe)];
}

/** A Redis that evicts or forgets loses wake-ups: nothing is lost for good, but messages wait for dispatch to notice. */
export function judgeRedis({ version, evictionPolicy, appendOnly }: RedisProbe): Finding[] {
  const findings: Finding[] = [];
  if (Number.parseInt(version, 10) < OLDEST_REDIS) {
    findings.push({
      check,
      status: 'fail',
      found: `Redis ${version} is too old`,
      mend: `upgrade to Redis ${OLDEST_REDIS} or newer`,
    });
  }
  if (evictionPolicy !== 'noeviction') {
    const found = `Redis throws jobs away when its memory is full (maxmemory-policy ${evictionPolicy})`;
    findings.push({
      check,
      status: 'fail',
      found,
      mend: 'redis-cli config set maxmemory-policy noeviction, and in redis.conf',
    });
  }
  if (!appendOnly) {
    const found =
      'Redis keeps no append-only file: a restart empties the queue, and messages wait to be published again';
    findings.push({ check, status: 'warn', found, mend: 'redis-cli config set appendonly yes, and in redis.conf' });
  }
  return findings.length > 0
    ? findings
    : [{ check, status: 'ok', found: `Redis ${version}, noeviction, append-only file` }];
}

function judgePostgres({ version, schema }: PostgresProbe): Finding {
  const found = `PostgreSQL ${version} carries the queue`;
  if (schema === 'ready') return { check, status: 'ok', found };
  const state = schema === 'missing' ? 'has no queue tables yet' : 'has queue tables of an older release';
  return {
    check,
    status: 'warn',
    found: `${found} and ${state}`,
    mend: 'start the api or the worker once: they make them',
  };
}
