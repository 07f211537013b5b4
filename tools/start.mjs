// npm start: Outbell on this machine with a database of yours: installs and builds what is stale, migrates, runs one
// API and one worker until Ctrl-C. Settings come from the environment, or from `.env` in the working directory.
// npm run all-in-one: the same in one process, with TRANSPORT=memory unless another is set.
import { spawn } from 'node:child_process';
import { buildApps, entryOf, startOf } from './build.mjs';
import { checkNode, installDependencies } from './install.mjs';

const APPS = /** @type {import('./build.mjs').App[]} */ (process.argv[2] ? [process.argv[2]] : ['api', 'worker']);

const say = (/** @type {string} */ line) => console.error(line); // standard output is the processes' log

const ENVIRONMENT =
  APPS[0] === 'all-in-one' && !process.env['TRANSPORT'] ? { ...process.env, TRANSPORT: 'memory' } : process.env;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let asked = false;

/** What was started drains and ends. Ctrl-C in a terminal reaches it too: a second SIGTERM changes nothing. */
function stop() {
  asked = true;
  for (const child of running) child.kill('SIGTERM');
}

/**
 * @param {string[]} args of Node
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], env: ENVIRONMENT });
    running.add(child);
    child.on('error', reject);
    child.on('exit', (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}

async function start() {
  checkNode();
  await installDependencies(say);
  await buildApps(say, [...APPS, 'cli']);
  if (asked || (await run([entryOf('cli'), 'migrate'])) !== 0) return 1;
  if (asked) return 0;
  const codes = await Promise.all(
    APPS.map(async (app) => {
      const code = await run(startOf(app));
      if (!asked) say(`The ${app} has ended${APPS.length > 1 ? '; the other is stopped' : ''}.`);
      stop();
      return code;
    }),
  );
  return Math.max(...codes);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.exitCode = await start().catch((error) => {
  console.error(`✗ ${error instanceof Error ? error.message : error}`);
  return 1;
});
