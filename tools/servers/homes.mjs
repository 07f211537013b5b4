import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';

/** The root of this clone. */
export const CLONE = path.resolve(import.meta.dirname, '..', '..');

/**
 * PostgreSQL refuses to run as root: this is who runs it then. Undefined: we do, as ourselves.
 *
 * @returns {{ uid: number, gid: number } | undefined}
 */
export function databaseUser() {
  if (userInfo().uid !== 0) return undefined;
  return idsOf('postgres') ?? idsOf('nobody') ?? fail('Running as root needs a user `postgres` or `nobody`.');
}

/**
 * A directory for server data: in `.outbell/` of the clone, or outside, when the database's user cannot reach into the
 * clone (a clone in /root or in `mktemp -d`).
 *
 * @param {string} name below the home, may hold slashes
 * @param {{ uid: number, gid: number } | undefined} user
 * @returns {string} an existing directory the user may write to
 */
export function serverHome(name, user) {
  const inside = path.join(CLONE, '.outbell');
  mkdirSync(inside, { recursive: true });
  const directory = path.join(isReachable(inside, user) ? inside : makeOutsideHome(), name);
  mkdirSync(directory, { recursive: true });
  if (user) chownSync(directory, user.uid, user.gid);
  return directory;
}

/** Where data of this clone lies when the clone itself is closed to other users. */
export function outsideHome() {
  return path.join('/var/tmp', `outbell-${createHash('sha256').update(CLONE).digest('hex').slice(0, 12)}`);
}

/** Makes the outside home; its name can be guessed, so one that somebody else made is refused. */
export function makeOutsideHome() {
  const home = outsideHome();
  mkdirSync(home, { recursive: true });
  const { uid } = lstatSync(home);
  if (uid !== userInfo().uid) fail(`${home} belongs to another user: remove it.`);
  chmodSync(home, 0o755);
  return home;
}

/**
 * @param {string} directory
 * @param {{ uid: number, gid: number } | undefined} user
 */
function isReachable(directory, user) {
  return spawnSync('test', ['-x', directory], { ...user, cwd: '/' }).status === 0;
}

/** @param {string} name */
function idsOf(name) {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  throw new Error(message);
}
