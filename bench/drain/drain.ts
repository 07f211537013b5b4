import { setTimeout as pause } from 'node:timers/promises';
import type { Watched } from '../harness/cpu-time.js';
import type { Sample, Subject } from '../harness/subject.js';
import { FrozenApp } from '../installation/frozen-app.js';
import type { Installation } from '../installation/installation.js';
import { insertReceipts } from '../installation/messages.js';
import type { Tenant } from '../installation/tenants.js';
import type { Sink } from '../sinks/sink.js';

/** How often it is looked whether the last message is settled, in ms: at most that much is added to a round. */
const LOOK_MS = 20;

/** A round that takes longer has got stuck. */
const PATIENCE_MS = 120_000;

export interface DrainOptions {
  name: string;
  title: string;
  /** Messages of a round. */
  count: number;
  installation: Installation;
  tenants: Tenant[];
  /** Where the messages arrive; null: inside the worker. */
  sink: Sink | null;
}

/**
 * From `queued` to `sent`, with everything on. The built worker runs through all rounds. The clock runs from the moment
 * it may go on until the last message is settled: dispatch, queue, delivery and their rows.
 */
export class Drain implements Subject {
  readonly name: string;
  readonly title: string;
  private round = 0;

  private constructor(
    private readonly options: DrainOptions,
    private readonly worker: FrozenApp,
  ) {
    this.name = options.name;
    this.title = options.title;
  }

  static async start(options: DrainOptions): Promise<Drain> {
    const { installation, tenants } = options;
    // It has delivered something before it is frozen: amid its start its connections would time out.
    await insertReceipts(installation.dataSource, tenants, tenants.length, 'first');
    return new Drain(options, await FrozenApp.start(installation, 'bench-worker', () => installation.allSettled()));
  }

  get processes(): Watched[] {
    const { sink } = this.options;
    const worker = { label: 'worker', pid: this.worker.pid };
    return sink ? [worker, { label: 'sink', pid: sink.pid }] : [worker];
  }

  async prepare(): Promise<void> {
    const { installation, tenants, count, sink } = this.options;
    await installation.empty();
    await insertReceipts(installation.dataSource, tenants, count, `round-${this.round++}`);
    await installation.settle();
    await sink?.reset();
  }

  async run(): Promise<Sample> {
    const { installation, count } = this.options;
    const began = performance.now();
    this.worker.thaw();
    while (!(await installation.allSettled())) {
      if (performance.now() - began > PATIENCE_MS)
        throw new Error(`${this.title}: not done in time\n${this.worker.log}`);
      await pause(LOOK_MS);
    }
    const seconds = (performance.now() - began) / 1_000;
    await this.worker.freeze();
    await this.check();
    return { count, seconds };
  }

  async close(): Promise<void> {
    await this.options.installation.close();
    await this.options.sink?.stop();
  }

  /** A round counts only if each message was sent, once. */
  private async check(): Promise<void> {
    const { installation, count, sink } = this.options;
    const { sent = 0, ...others } = await installation.statuses();
    if (sent !== count) throw new Error(`${this.title}: ${sent} of ${count} sent, ${JSON.stringify(others)}`);
    const arrived = sink ? await sink.arrived() : count;
    if (arrived !== count) throw new Error(`${this.title}: ${arrived} of ${count} arrived`);
  }
}
