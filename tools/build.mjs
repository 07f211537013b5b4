import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CLONE } from './servers/homes.mjs';
import { inPairs, runStep } from './steps.mjs';

/** Where each app lies, and what else of its own it is built from. */
const SOURCES = {
  api: ['apps/api'],
  worker: ['apps/worker'],
  'all-in-one': ['apps/all-in-one', 'apps/api', 'apps/worker'],
  sandbox: ['apps/sandbox'],
  cli: ['apps/cli'],
  'bench-worker': ['bench/worker', 'apps/worker'],
  'bench-api': ['bench/api', 'apps/api'],
};
/** @typedef {keyof typeof SOURCES} App */
/** What is installed; the others measure it. */
const PRODUCT = /** @type {App[]} */ (['api', 'worker', 'sandbox', 'cli']);
const ALL = /** @type {App[]} */ (Object.keys(SOURCES));
const CONFIGURATION = ['tsconfig.json', 'nest-cli.json', 'package-lock.json'];

/** The apps whose sources are newer than their last build. */
export function staleApps(apps = ALL) {
  return apps.filter((app) => !isFresh(app));
}

/**
 * Builds what is stale.
 *
 * @param {(line: string) => void} say
 * @param {App[]} [apps] default: what is installed
 */
export async function buildApps(say, apps = PRODUCT) {
  const stale = staleApps(apps);
  if (stale.length > 0) say(`Building ${stale.join(', ')} …`);
  await inPairs(stale, (app) => buildApp(app, say));
}

/** @param {App} app */
export function entryOf(app) {
  return path.join(CLONE, 'dist', 'apps', app, SOURCES[app][0] ?? '', 'src', 'main.js');
}

/**
 * What Node is given to start a built app, as in docker-compose.yml. A worker has hundreds of messages in hand: with
 * V8's usual room for what is new, a fifth of its time would go into moving them about.
 *
 * @param {App} app
 */
export function startOf(app) {
  return app.endsWith('worker') ? ['--max-semi-space-size=64', entryOf(app)] : [entryOf(app)];
}

/**
 * @param {App} app
 * @param {(line: string) => void} say
 */
export async function buildApp(app, say) {
  const started = new Date();
  await runStep(`build ${app}`, process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build', app], say);
  // What changes while it builds is newer than the stamp, so it is built again next time.
  mkdirSync(path.dirname(stampOf(app)), { recursive: true });
  writeFileSync(stampOf(app), '');
  utimesSync(stampOf(app), started, started);
  if (app === 'cli') linkCommand();
}

/** `npx outbell` runs what was built: npm links commands of dependencies, not those of the package itself. */
function linkCommand() {
  const link = path.join(CLONE, 'node_modules', '.bin', 'outbell');
  rmSync(link, { force: true });
  symlinkSync(path.relative(path.dirname(link), path.join(CLONE, 'tools', 'outbell.mjs')), link);
}

/** @param {App} app */
function isFresh(app) {
  if (!existsSync(stampOf(app)) || !existsSync(entryOf(app))) return false;
  const built = statSync(stampOf(app)).mtimeMs;
  return [...SOURCES[app], 'libs', ...CONFIGURATION].every((source) => newest(path.join(CLONE, source)) < built);
}

/** @param {App} app */
function stampOf(app) {
  return path.join(CLONE, 'dist', 'built', app);
}

/**
 * @param {string} file a file, or a directory with all below it: a directory is as new as its last removal
 * @returns {number} ms
 */
function newest(file) {
  const own = statSync(file);
  if (!own.isDirectory()) return file.endsWith('.spec.ts') ? 0 : own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}

if (process.argv[1] === import.meta.filename) {
  await buildApps(console.log).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
