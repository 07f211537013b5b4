import { spawn } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Starts a process in a group of its own, so that Ctrl-C in the terminal reaches only us and we stop it in our order.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: string } & import('node:child_process').SpawnOptions} options log: file both outputs are appended to
 * @returns {import('node:child_process').ChildProcess}
 */
export function startDetached(command, args, { log, ...options }) {
  const file = openSync(log, 'a', 0o600);
  try {
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', file, file] });
    child.on('error', () => undefined); // a failed spawn shows as a process without pid
    child.unref();
    return child;
  } finally {
    closeSync(file);
  }
}

/**
 * @param {number} pid
 * @returns {boolean} false for a zombie too: it has ended, its parent has only not looked yet
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  return !/^State:\s+Z/m.test(procFile(pid, 'status'));
}

/**
 * What the process was started with; empty where the system has no /proc.
 *
 * @param {number} pid
 */
export function commandLine(pid) {
  return procFile(pid, 'cmdline').replaceAll('\0', ' ');
}

/**
 * Asks the process to end and, when it does not within the limit, ends it.
 *
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 * @param {number} limit in ms
 * @returns {Promise<boolean>} whether it ended by itself
 */
export async function stopProcess(pid, signal, limit) {
  signalIfAlive(pid, signal);
  if (await becomesTrue(() => !isAlive(pid), limit)) return true;
  signalIfAlive(pid, 'SIGKILL');
  await becomesTrue(() => !isAlive(pid), 5_000);
  return false;
}

/**
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} limit in ms
 * @returns {Promise<boolean>} whether it became true in time
 */
export async function becomesTrue(condition, limit) {
  const end = Date.now() + limit;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() >= end) return false;
    await pause(50);
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalIfAlive(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // it was quicker
  }
}

/**
 * @param {number} pid
 * @param {string} name
 */
function procFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
