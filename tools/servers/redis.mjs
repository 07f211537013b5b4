import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './ports.mjs';
import { becomesTrue, isAlive, startDetached, stopProcess } from './processes.mjs';

const HOW_TO_GET_IT = `The tests need a Redis server, 7 or newer. One of:
  - install redis-server (Debian: apt-get install redis-server; macOS: brew install redis)
  - set REDIS_URL to an empty one: REDIS_URL=redis://127.0.0.1:6379 npm test`;

/** What a test wants: nothing outlives it. */
const MEMORY_ONLY = { save: '', appendonly: 'no' };

/**
 * @typedef {object} RedisServer
 * @property {string} url without a database number
 * @property {number} databases how many numbered databases it has
 * @property {() => Promise<void>} stop
 */

/**
 * A Redis for tests: the one of REDIS_URL, else an own instance of the machine's `redis-server`, which is installed
 * first where that can be done. Never none.
 *
 * @param {{ directory: string, say: (line: string) => void }} options directory: of this run alone
 * @returns {Promise<RedisServer>}
 */
export async function provideRedis({ directory, say }) {
  const given = process.env['REDIS_URL'];
  return given ? useGiven(given) : startRedis({ directory, say });
}

/**
 * An own instance of the machine's `redis-server` on a free loopback port.
 *
 * @param {{ directory: string, settings?: Record<string, string>, say: (line: string) => void }} options directory: of
 * this run alone
 * @returns {Promise<RedisServer & { pid: number }>}
 */
export async function startRedis({ directory, settings = MEMORY_ONLY, say }) {
  if (!installed() && userInfo().uid === 0 && spawnSync('apt-get', ['--version']).status === 0) install(say);
  if (!installed()) throw new Error(HOW_TO_GET_IT);
  return startOwn(directory, settings);
}

/**
 * Somebody's server: never emptied by us, so it must be empty, and we take back only what we brought.
 *
 * @param {string} url
 * @returns {Promise<RedisServer>}
 */
async function useGiven(url) {
  const [, databases] = /** @type {string[]} */ (await ask(url, (redis) => redis.config('GET', 'databases')));
  const keyspace = await ask(url, (redis) => redis.info('keyspace'));
  if (/^db\d+:keys=/m.test(keyspace)) {
    throw new Error('The Redis of REDIS_URL holds keys. Tests need an empty one (redis-cli FLUSHALL, if they may go).');
  }
  const base = new URL(url);
  base.pathname = '';
  return {
    url: base.href,
    databases: Number(databases),
    stop: () => ask(url, async (redis) => void (await redis.flushall())),
  };
}

/**
 * @template T
 * @param {string} url
 * @param {(redis: Redis) => Promise<T>} question
 * @returns {Promise<T>}
 */
async function ask(url, question) {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

/**
 * @param {string} directory
 * @param {Record<string, string>} settings
 * @returns {Promise<RedisServer & { pid: number }>}
 */
async function startOwn(directory, settings) {
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const log = path.join(directory, 'redis.log');
  const child = startDetached('redis-server', [...flags(port, settings), '--dir', directory], { log });
  const url = `redis://127.0.0.1:${port}`;
  const pid = child.pid ?? 0;
  writeFileSync(path.join(directory, 'redis.pid'), String(pid));
  const answering = () => ask(url, (redis) => redis.ping()).then(Boolean, () => false);
  if (!(await becomesTrue(() => !isAlive(pid) || answering(), 20_000)) || !isAlive(pid)) {
    throw new Error(`redis-server did not start:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
  }
  return { url, databases: 1024, pid, stop: () => stopRedis(directory) };
}

/**
 * @param {number} port
 * @param {Record<string, string>} settings
 */
function flags(port, settings) {
  const all = {
    bind: '127.0.0.1',
    port: String(port),
    databases: '1024',
    'maxmemory-policy': 'noeviction',
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
}

/**
 * Stops the instance this directory holds the pid of, if it still runs.
 *
 * @param {string} directory
 */
export async function stopRedis(directory) {
  const file = path.join(directory, 'redis.pid');
  if (!existsSync(file)) return;
  await stopProcess(Number(readFileSync(file, 'utf8')), 'SIGTERM', 5_000);
  rmSync(file, { force: true });
}

function installed() {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/**
 * Debian's package, without the service it would start: we run an instance of our own.
 *
 * @param {(line: string) => void} say
 */
function install(say) {
  say('No redis-server here: installing the package of the system (apt-get) …');
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const wait = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
    spawnSync('apt-get', [...wait, 'update'], { env });
    const done = spawnSync('apt-get', [...wait, 'install', '-y', '--no-install-recommends', 'redis-server'], {
      env,
      encoding: 'utf8',
    });
    if (done.status !== 0) say(`apt-get could not install it: ${done.stderr.trim()}`);
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}
