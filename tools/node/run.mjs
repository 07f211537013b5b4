import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { fetchedNode } from './fetch.mjs';
import { ENGINES, isSupported } from './supported.mjs';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Runs a module as the program: in this process where its Node is new enough, else in one of the Node that npm
 * fetches. `process.exitCode` is the program's.
 *
 * @param {string} file absolute
 * @param {string[]} args
 */
export async function runProgram(file, args) {
  if (isSupported(process.versions.node)) {
    process.argv.splice(1, Infinity, file, ...args);
    await import(pathToFileURL(file).href);
    return;
  }
  try {
    const node = await fetchedNode((line) => console.error(line)); // standard output is the program's
    process.exitCode = await runUnder(node, [file, ...args]);
  } catch (error) {
    console.error(`✗ Node ${process.versions.node} is too old for Outbell, which runs on ${ENGINES}.`);
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/**
 * Runs Node with these arguments, first on the PATH of all that it starts, and hands on the signals that reach us.
 *
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<number>} its exit code; of a signal, as shells count: 128 and its number
 */
export function runUnder(node, args) {
  const PATH = [path.dirname(node), process.env['PATH']].join(path.delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: 'inherit', env: { ...process.env, PATH } });
    for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
