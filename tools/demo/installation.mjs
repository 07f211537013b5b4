import { mkdirSync } from 'node:fs';
import { seconds } from '../steps.mjs';
import { App, stopLeftOver } from './app.mjs';
import { runCli } from './cli.mjs';
import { prepareEnvironment } from './environment.mjs';
import { claimClone, releaseClone } from './lock.mjs';
import { HOME, LOGS, PIDS } from './paths.mjs';

/** Stopped in this order: what sends ends before what it sends to, the database last. */
const APPS = /** @type {const} */ (['api', 'worker', 'sandbox']);

/** PostgreSQL, api, worker and sandbox on this machine: all that is started here is stopped here. */
export class Installation {
  /** @type {App[]} */
  #apps = [];
  /** @type {Promise<import('../servers/postgres.mjs').PostgresServer> | undefined} */
  #postgres;
  #claimed = false;
  #stopping = false;

  /** @param {(line: string) => void} say */
  constructor(say) {
    this.say = say;
  }

  /** @returns {Promise<Record<string, string>>} the settings everything runs with */
  async start() {
    const started = Date.now();
    for (const directory of [HOME, LOGS, PIDS]) mkdirSync(directory, { recursive: true });
    claimClone();
    this.#claimed = true;
    await Promise.all(APPS.map(stopLeftOver));
    const environment = await prepareEnvironment(await this.#startDatabase(), this.say);
    this.#apps = APPS.map((name) => new App(name, environment));
    this.#launch(({ name }) => name === 'sandbox'); // needs no database
    const applied = await runCli(['migrate'], environment);
    this.say(`  ✓ ${'schema'.padEnd(10)} ${applied.trim().split('\n').at(-1)}`);
    this.#launch(({ name }) => name !== 'sandbox');
    await this.#untilReady();
    this.say(`Everything runs after ${seconds(started)}.`);
    return environment;
  }

  /** Rejects as soon as one of the apps ends that should run. */
  async died() {
    await Promise.race(this.#apps.map((app) => app.ended()));
    if (!this.#stopping) throw new Error('A process of the installation has ended; the others are stopped.');
  }

  /** Drains and stops in order; what was not started is passed over. */
  async stop() {
    this.#stopping = true;
    if (this.#apps.length > 0 || this.#postgres) this.say('\nStopping …');
    for (const app of this.#apps.filter(({ launched }) => launched)) {
      const started = Date.now();
      const drained = await app.stop();
      this.say(
        `  ${drained ? '✓' : '✗'} ${app.name.padEnd(10)} ${drained ? 'drained' : 'had to be killed'} after ` +
          `${seconds(started)}`,
      );
    }
    // A start that is still going on is waited for: nothing may be left running.
    const postgres = await this.#postgres?.catch(() => undefined);
    await postgres?.stop();
    if (postgres) this.say('  ✓ PostgreSQL');
    if (this.#claimed) releaseClone();
  }

  async #startDatabase() {
    // Imported late: before the installation of the dependencies there is no `pg`.
    const { startPostgres } = await import('../servers/postgres.mjs');
    const { ensureDatabase } = await import('./database.mjs');
    this.say('Starting …');
    this.#postgres = startPostgres({ name: 'postgres', say: (line) => this.say(`  ${line}`) });
    const { url, directory, reused } = await this.#postgres;
    this.say(`  ✓ PostgreSQL ${reused ? 'still runs on' : 'from npm, on'} ${directory}`);
    return ensureDatabase(url, 'outbell');
  }

  /** @param {(app: App) => boolean} which */
  #launch(which) {
    if (this.#stopping) return;
    for (const app of this.#apps.filter(which)) app.launch();
  }

  async #untilReady() {
    for (const app of this.#apps) {
      await app.ready();
      this.say(`  ✓ ${app.name.padEnd(10)} ${app.url}`);
    }
  }
}
