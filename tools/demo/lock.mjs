import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, isAlive } from '../servers/processes.mjs';
import { PIDS } from './paths.mjs';

const FILE = path.join(PIDS, 'demo.pid');

/** One demo per clone: a second one would stop the servers of the first. */
export function claimClone() {
  const pid = existsSync(FILE) ? Number(readFileSync(FILE, 'utf8')) : 0;
  const runs = pid > 0 && pid !== process.pid && isAlive(pid) && /demo\.mjs/.test(commandLine(pid) || 'demo.mjs');
  if (runs) throw new Error(`The demo of this clone runs already (process ${pid}): end that one with Ctrl-C first.`);
  writeFileSync(FILE, String(process.pid));
}

export function releaseClone() {
  rmSync(FILE, { force: true });
}
