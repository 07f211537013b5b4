import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { entryOf, startOf } from '../build.mjs';
import { becomesTrue, commandLine, isAlive, startDetached, stopProcess } from '../servers/processes.mjs';
import { LOGS, PIDS } from './paths.mjs';

/** Longer than SHUTDOWN_TIMEOUT_MS: the app ends its drain itself. In ms. */
const DRAIN_LIMIT = 60_000;

const PORT_AND_PROBE = {
  api: { port: 'API_PORT', probe: '/health/ready' },
  worker: { port: 'WORKER_PORT', probe: '/health/ready' },
  sandbox: { port: 'SANDBOX_PORT', probe: '/health' },
};

/** One built app as a process of its own, in a group of its own. */
export class App {
  #pid = 0;

  /**
   * @param {keyof typeof PORT_AND_PROBE} name
   * @param {Record<string, string>} environment
   */
  constructor(name, environment) {
    this.name = name;
    this.environment = environment;
    this.url = `http://localhost:${environment[PORT_AND_PROBE[name].port]}`;
    this.log = path.join(LOGS, `${name}.log`);
  }

  get launched() {
    return this.#pid !== 0;
  }

  launch() {
    rmSync(this.log, { force: true });
    // Nothing of the shell's environment but what Node needs: a DATABASE_URL exported there is not ours.
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, ...this.environment };
    const child = startDetached(process.execPath, startOf(this.name), { env, log: this.log });
    this.#pid = child.pid ?? 0;
    writeFileSync(pidFile(this.name), String(this.#pid));
  }

  /** @throws when it does not answer its probe within a minute, with the end of its log */
  async ready() {
    const probe = `${this.url}${PORT_AND_PROBE[this.name].probe}`;
    const answers = () =>
      fetch(probe, { signal: AbortSignal.timeout(2_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    const settled = await becomesTrue(async () => !isAlive(this.#pid) || (await answers()), 60_000);
    if (settled && isAlive(this.#pid)) return;
    const why = settled ? 'ended at its start' : `does not answer ${probe}`;
    throw new Error(`${this.name} ${why}; the end of ${this.log}:\n${this.#endOfLog()}`);
  }

  #endOfLog() {
    const lines = readFileSync(this.log, 'utf8').trimEnd().split('\n').slice(-15);
    return lines.map((line) => line.slice(0, 2_000)).join('\n');
  }

  /** Resolves when the process is no more. */
  async ended() {
    await becomesTrue(() => !isAlive(this.#pid), Infinity);
  }

  /** @returns {Promise<boolean>} whether it drained and ended by itself */
  async stop() {
    const drained = await stopProcess(this.#pid, 'SIGTERM', DRAIN_LIMIT);
    rmSync(pidFile(this.name), { force: true });
    return drained;
  }
}

/**
 * Ends the app of a demo that was killed before it could.
 *
 * @param {keyof typeof PORT_AND_PROBE} name
 */
export async function stopLeftOver(name) {
  if (!existsSync(pidFile(name))) return;
  const pid = Number(readFileSync(pidFile(name), 'utf8'));
  if (pid > 0 && isAlive(pid) && commandLine(pid).includes(entryOf(name)))
    await stopProcess(pid, 'SIGTERM', DRAIN_LIMIT);
  rmSync(pidFile(name), { force: true });
}

/** @param {string} name */
function pidFile(name) {
  return path.join(PIDS, `${name}.pid`);
}
