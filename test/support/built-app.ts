import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { startOf } from '../../tools/build.mjs';
import { becomesTrue } from '../../tools/servers/processes.mjs';
import { freePort } from '../../tools/servers/ports.mjs';

const PORT_SETTING = {
  api: 'API_PORT',
  worker: 'WORKER_PORT',
  'all-in-one': 'API_PORT',
  sandbox: 'SANDBOX_PORT',
  'bench-worker': 'WORKER_PORT',
  'bench-api': 'API_PORT',
};
const PROBE = {
  api: '/health/ready',
  worker: '/health/ready',
  'all-in-one': '/health/ready',
  sandbox: '/health',
  'bench-worker': '/health/ready',
  'bench-api': '/health/ready',
};

export type AppName = keyof typeof PORT_SETTING;

/** A built app as a process, as it runs in production. A spec stops what it started. */
export class BuiltApp {
  private constructor(
    readonly name: AppName,
    readonly url: string,
    readonly process: ChildProcess,
    private readonly output: string[],
  ) {}

  /** Starts it on a free port, and waits until it is ready. */
  static async start(name: AppName, environment: Record<string, string>): Promise<BuiltApp> {
    const port = await freePort();
    const env = { PATH: process.env['PATH'], ...environment, [PORT_SETTING[name]]: String(port) };
    const child = spawn(process.execPath, startOf(name), { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
    const app = new BuiltApp(name, `http://127.0.0.1:${port}`, child, output);
    const settled = await becomesTrue(async () => !app.running || (await app.ready()), 60_000);
    if (settled && app.running) return app;
    await app.kill();
    throw new Error(`${name} did not get ready:\n${app.log}`);
  }

  /** What it printed so far. */
  get log(): string {
    return this.output.join('');
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Whether it says that it is well. */
  ready(): Promise<boolean> {
    const signal = AbortSignal.timeout(2_000);
    return fetch(`${this.url}${PROBE[this.name]}`, { signal }).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** SIGTERM; resolves when it has drained and ended, with its exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** SIGKILL: as a machine that loses its power. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.running) {
      const exited = once(this.process, 'exit');
      this.process.kill(signal);
      await exited;
    }
    return this.process.exitCode;
  }
}
