import { spawn } from 'node:child_process';
import { CLONE } from './servers/homes.mjs';

export class StepFailed extends Error {
  /**
   * @param {string} step
   * @param {string} output
   */
  constructor(step, output) {
    super(`${output.trim()}\n\n✗ ${step} failed`);
    this.name = 'StepFailed';
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a command of this clone quietly and says how long it took; its output is shown when it fails, and the steps
 * beside it end.
 *
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {(line: string) => void} say
 * @returns {Promise<void>} rejects with StepFailed
 */
export function runStep(name, command, args, say) {
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: CLONE, stdio: ['ignore', 'pipe', 'pipe'] });
    endWithUs(child);
    /** @type {string[]} */
    const output = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => output.push(text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) {
        endSteps();
        return reject(new StepFailed(name, output.join('')));
      }
      say(`✓ ${name.padEnd(16)} ${seconds(started)}`);
      resolve();
    });
  });
}

/**
 * Has `endSteps` end this child too.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function endWithUs(child) {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/** Ends every step that still runs. */
export function endSteps() {
  for (const child of running) child.kill();
}

/**
 * Works through the items, two at a time: the machines this is made for have two cores. The first failure ends it.
 *
 * @template T
 * @param {T[]} items
 * @param {(item: T) => Promise<void>} work
 */
export async function inPairs(items, work) {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await work(item);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  await Promise.all([lane(), lane()]);
}

/** @param {number} since ms */
export function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
