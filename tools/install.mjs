import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ENGINES, isSupported } from './node/supported.mjs';
import { CLONE } from './servers/homes.mjs';
import { endWithUs } from './steps.mjs';

/** @typedef {Record<string, { version?: string, optional?: boolean }>} Packages */

const HALF_INSTALLED = 'node_modules/.package-lock.json'; // npm writes it last

/**
 * Installs what package-lock.json names, when node_modules is missing or of another lockfile.
 *
 * @param {(line: string) => void} say
 */
export async function installDependencies(say) {
  const wanted = packagesOf('package-lock.json');
  if (isInstalled(wanted)) return;
  const names = Object.keys(wanted).filter((name) => name !== '' && !wanted[name]?.optional);
  say(`Installing ${names.length} packages (npm ci) …`);
  const progress = setInterval(() => {
    const there = names.filter((name) => existsSync(path.join(CLONE, name, 'package.json'))).length;
    say(there === 0 ? '  looking them up' : `  ${there} of ${names.length} packages are here`);
  }, 10_000);
  try {
    await npmCi();
  } finally {
    clearInterval(progress);
  }
}

/**
 * Stops with a clear sentence on a Node this project does not run on.
 */
export function checkNode() {
  const { node } = process.versions;
  if (isSupported(node)) return;
  throw new Error(`Node ${node} is not one that Outbell runs on (${ENGINES}). With \`npm run\` this fetches its own.`);
}

/** @param {Packages} wanted */
function isInstalled(wanted) {
  if (!existsSync(path.join(CLONE, HALF_INSTALLED))) return false;
  const present = packagesOf(HALF_INSTALLED);
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || optional || present[name]?.version === version,
  );
}

/**
 * @param {string} file
 * @returns {Packages}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(path.join(CLONE, file), 'utf8')).packages;
}

/** @returns {Promise<void>} */
function npmCi() {
  return new Promise((resolve, reject) => {
    const options = { cwd: CLONE, stdio: /** @type {const} */ ('inherit'), shell: process.platform === 'win32' };
    const npm = spawn('npm', ['ci', '--loglevel=error', '--progress=false'], options);
    endWithUs(npm);
    npm.on('error', reject);
    npm.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`npm ci failed (exit code ${code}).`))));
  });
}
