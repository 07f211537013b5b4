import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CLONE } from '../servers/homes.mjs';
import { PACKAGES } from './packages.mjs';

/** @typedef {import('./packages.mjs').NodePackage} NodePackage */

const HOME = path.join(CLONE, '.outbell', 'node');
const WINDOWS = process.platform === 'win32';
const PROGRESS_MS = 5_000;

/**
 * Finds the Node of this project's commands in `.outbell/node/bin`; the first time, npm fetches it there. Several
 * commands may do so at once: each fetches into a directory of its own, and renames the binary to its place.
 *
 * @param {(line: string) => void} say
 * @param {NodePackage} [wanted] default: that of this system
 * @param {string} [home] default: `.outbell/node`
 * @returns {Promise<string>} the binary's path
 * @throws when npm has none for this system, or cannot fetch it, with what npm says
 */
export async function fetchedNode(say, wanted = packageOfSystem(), home = HOME) {
  const binary = path.join(home, 'bin', WINDOWS ? 'node.exe' : 'node');
  if (isThere(binary, wanted)) return binary;
  const started = Date.now();
  const passed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  say(`Fetching Node ${wanted.version} from npm, once (${wanted.name}, about 50 MB) …`);
  const progress = setInterval(() => say(`  still fetching, ${passed()}`), PROGRESS_MS);
  mkdirSync(path.dirname(binary), { recursive: true });
  const directory = mkdtempSync(path.join(home, 'fetching-'));
  try {
    await npmCi(directory, wanted);
    const packed = path.join(directory, 'node_modules', wanted.name, 'bin', path.basename(binary));
    if (!isThere(packed, wanted))
      throw new Error(`Node ${wanted.version} from npm does not run here: ${whyNot(packed)}`);
    renameSync(packed, binary);
  } finally {
    clearInterval(progress);
    rmSync(directory, { recursive: true, force: true });
  }
  say(`✓ Node ${wanted.version} is in ${path.relative(CLONE, binary)} (${passed()})`);
  return binary;
}

/** @returns {NodePackage} */
function packageOfSystem() {
  const system = `${process.platform}-${process.arch}`;
  const wanted = PACKAGES[system];
  if (!wanted)
    throw new Error(`npm has no Node 24 for this system (${system}): install one yourself (https://nodejs.org).`);
  return wanted;
}

/**
 * @param {string} binary
 * @param {NodePackage} wanted
 */
function isThere(binary, { version }) {
  return existsSync(binary) && askVersion(binary).stdout?.trim() === `v${version}`;
}

/** @param {string} binary */
function askVersion(binary) {
  return spawnSync(binary, ['--version'], { encoding: 'utf8' });
}

/** @param {string} binary */
function whyNot(binary) {
  const { error, stderr } = askVersion(binary);
  return error?.message ?? stderr;
}

/**
 * Has npm install the one package as a lockfile of ours says, so that it checks the integrity, with the registry and
 * proxy of the user.
 *
 * @param {string} directory empty
 * @param {NodePackage} wanted
 * @returns {Promise<void>}
 */
function npmCi(directory, { name, version, integrity }) {
  const dependencies = { [name]: version };
  const packages = { '': { dependencies }, [`node_modules/${name}`]: { version, integrity } };
  writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ dependencies }));
  writeFileSync(path.join(directory, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  copyFileSync(path.join(CLONE, '.npmrc'), path.join(directory, '.npmrc'));
  const flags = ['--ignore-scripts', '--loglevel=error', '--progress=false', '--prefix', directory];
  return new Promise((resolve, reject) => {
    const npm = spawn('npm', ['ci', ...flags], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'], shell: WINDOWS });
    let said = '';
    npm.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    npm.on('error', ({ message }) => reject(new Error(`npm does not start: ${message}`)));
    npm.on('close', (code) => (code === 0 ? resolve() : reject(notFetched(`${name}@${version}`, said))));
  });
}

/**
 * @param {string} what
 * @param {string} said by npm
 */
function notFetched(what, said) {
  return new Error(
    `npm could not fetch ${what}:\n${said.trim()}\nInstall Node 24 yourself (https://nodejs.org), ` +
      'or let npm reach its registry (npm config get registry).',
  );
}
