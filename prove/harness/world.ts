import { BuiltApp } from '../../test/support/built-app.js';
import { closeServers, openServers, type Queue, type Servers } from './servers.js';

/** On a busy machine an app may not reach its database in time, and ends. As a supervisor would, starts it again. */
const STARTS = 3;

/**
 * An installation as in production, each part a process of its own: servers, an API, and a worker that no fault
 * strikes, beside those of the scenarios. What no fault has ended serves run after run; `restore` brings the rest back.
 */
export class World {
  /** What the apps of the last run printed, for whoever looks into a broken promise. */
  log = '';
  private apps: BuiltApp[] = [];
  /** Apps that are about to be among them, or fail to. */
  private readonly starting = new Set<Promise<BuiltApp>>();
  private closing: Promise<void> | undefined;
  private running: { api?: BuiltApp; worker?: BuiltApp } = {};

  private constructor(readonly servers: Servers) {}

  static async open(queue: Queue): Promise<World> {
    return new World(await openServers(queue));
  }

  /** The API that serves now. */
  get api(): BuiltApp {
    if (!this.running.api) throw new Error('no API runs');
    return this.running.api;
  }

  /** An API and a worker run, both without a fault, and the vendor behaves. */
  async restore(): Promise<void> {
    const { api, worker } = this.running;
    await this.servers.vendor.behave();
    await Promise.all([
      api?.running ? undefined : this.startApi(),
      worker?.running ? undefined : this.startSteadyWorker(),
    ]);
  }

  /** From now on this API serves. @returns it */
  async startApi(settings: Record<string, string> = {}): Promise<BuiltApp> {
    const former = this.running.api;
    const api = await this.start('api', settings);
    this.running.api = api;
    await former?.stop();
    return api;
  }

  /** A worker beside the steady one. */
  startWorker(settings: Record<string, string> = {}): Promise<BuiltApp> {
    return this.start('worker', settings);
  }

  /** Ends the worker that no fault strikes; the next `restore` brings another. */
  async retireSteadyWorker(): Promise<void> {
    await this.running.worker?.stop();
  }

  /** Ends every app but the API and the worker that serve on. */
  async endOthers(): Promise<void> {
    this.log = this.apps.map(({ name, process, log }) => `--- ${name} ${process.pid ?? ''}\n${log}`).join('\n');
    const serving = [this.running.api, this.running.worker];
    const others = this.apps.filter((app) => !serving.includes(app));
    await Promise.all(others.map((app) => app.kill()));
    this.apps = this.apps.filter((app) => serving.includes(app));
  }

  /** Whoever wants it closed: it is done once. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    await Promise.allSettled(this.starting);
    await Promise.all(this.apps.map((app) => app.kill()));
    await closeServers(this.servers);
  }

  private async startSteadyWorker(): Promise<BuiltApp> {
    this.running.worker = await this.start('worker', {});
    return this.running.worker;
  }

  private async start(name: 'api' | 'worker', settings: Record<string, string>): Promise<BuiltApp> {
    if (this.closing) throw new Error('the world is closed');
    const starting = startAgain(name, { ...this.servers.environment, ...settings });
    this.starting.add(starting);
    try {
      const app = await starting;
      this.apps.push(app);
      return app;
    } finally {
      this.starting.delete(starting);
    }
  }
}

async function startAgain(name: 'api' | 'worker', environment: Record<string, string>): Promise<BuiltApp> {
  for (let start = 1; start < STARTS; start += 1) {
    const app = await BuiltApp.start(name, environment).catch(() => undefined);
    if (app) return app;
  }
  return BuiltApp.start(name, environment);
}
