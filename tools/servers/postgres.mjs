import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { databaseUser, serverHome } from './homes.mjs';
import { freePort } from './ports.mjs';
import { postgresBinaries } from './postgres-binaries.mjs';
import { becomesTrue, commandLine, isAlive, startDetached, stopProcess } from './processes.mjs';

/**
 * @typedef {object} PostgresServer
 * @property {string} url superuser's URL of the database `postgres`
 * @property {string} directory where its data, password and log lie
 * @property {boolean} reused it was running already
 * @property {number} pid
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a PostgreSQL server from npm on a free loopback port, in a process group of its own. One that still runs on
 * the same data is reused.
 *
 * @param {{ name: string, settings?: Record<string, string>, say: (line: string) => void }} options name: directory of
 * the data
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres({ name, settings = {}, say }) {
  const user = databaseUser();
  const { postgres, initdb } = postgresBinaries(user, say);
  const directory = serverHome(name, user);
  const data = path.join(directory, 'data');
  const password = passwordIn(directory, user);
  if (!existsSync(path.join(data, 'PG_VERSION'))) initialise(initdb, data, directory, user);

  const running = runningServer(data);
  const port = running?.port ?? (await freePort(lastPort(directory)));
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const log = path.join(directory, 'postgres.log');
  const pid = running?.pid ?? launch(postgres, data, { port, settings, log, user });
  if (!(await becomesTrue(() => !isAlive(pid) || answers(url), 60_000)) || !isAlive(pid)) {
    throw new Error(`PostgreSQL did not start; the end of ${log}:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
  }
  writeFileSync(path.join(directory, 'port'), String(port));
  return { url, directory, reused: running !== undefined, pid, stop: () => stopPostgres(data) };
}

/**
 * Stops the server of this data directory, if one runs: clients are disconnected, what was committed is kept.
 *
 * @param {string} data
 */
export async function stopPostgres(data) {
  const running = runningServer(data);
  if (running) await stopProcess(running.pid, 'SIGINT', 20_000);
}

/**
 * @param {string} initdb
 * @param {string} data
 * @param {string} directory
 * @param {{ uid: number, gid: number } | undefined} user
 */
function initialise(initdb, data, directory, user) {
  rmSync(data, { recursive: true, force: true }); // what an interrupted initdb left
  const flags = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${path.join(directory, 'password')}`];
  const locale = ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  const options = { ...user, cwd: directory, encoding: /** @type {const} */ ('utf8') };
  const made = spawnSync(initdb, [`--pgdata=${data}`, ...flags, ...locale], options);
  if (made.status !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw new Error(`initdb failed: ${made.error?.message ?? made.stderr}`);
  }
}

/**
 * @param {string} postgres
 * @param {string} data
 * @param {{ port: number, settings: Record<string, string>, log: string, user: { uid: number, gid: number } | undefined
 * }} options
 * @returns {number} the server's pid
 */
function launch(postgres, data, { port, settings, log, user }) {
  rmSync(path.join(data, 'postmaster.pid'), { force: true }); // of a run that was killed: runningServer() found it dead
  const all = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings };
  const flags = Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const child = startDetached(postgres, ['-D', data, ...flags], { ...user, cwd: data, log });
  if (child.pid === undefined) throw new Error(`${postgres} could not be started.`);
  return child.pid;
}

/**
 * Reads postmaster.pid (line 1: pid, line 4: port) and believes it only when that process is a PostgreSQL on this data.
 *
 * @param {string} data
 * @returns {{ pid: number, port: number } | undefined}
 */
function runningServer(data) {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  const ours = process.platform !== 'linux' || commandLine(pid).includes(data);
  return pid > 0 && port > 0 && isAlive(pid) && ours ? { pid, port } : undefined;
}

/** @param {string} url */
async function answers(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * The superuser's password: made once, readable by the owner only.
 *
 * @param {string} directory
 * @param {{ uid: number, gid: number } | undefined} user
 */
function passwordIn(directory, user) {
  const file = path.join(directory, 'password');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(18).toString('hex'), { mode: 0o600 });
    if (user) chownSync(file, user.uid, user.gid); // initdb reads it
  }
  return readFileSync(file, 'utf8');
}

/**
 * The port of the last start, so that a URL noted down stays true.
 *
 * @param {string} directory
 */
function lastPort(directory) {
  const file = path.join(directory, 'port');
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}
