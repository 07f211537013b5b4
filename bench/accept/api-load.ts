import type { BuiltApp } from '../../test/support/built-app.js';
import { Child } from '../harness/child.js';
import type { Watched } from '../harness/cpu-time.js';
import type { Sample, Subject } from '../harness/subject.js';
import type { Installation } from '../installation/installation.js';
import type { Fired, Load } from './load.js';

export interface ApiLoadOptions {
  name: string;
  title: string;
  load: Load;
  api: BuiltApp;
  installation: Installation;
  /** Whether what was answered 202 has to be in the database. */
  writes: boolean;
}

/** Requests to an API from a process of its own, a number of them in flight. */
export class ApiLoad implements Subject {
  readonly name: string;
  readonly title: string;
  private round = 0;

  private constructor(
    private readonly options: ApiLoadOptions,
    private readonly child: Child,
  ) {
    this.name = options.name;
    this.title = options.title;
  }

  static async start(options: ApiLoadOptions): Promise<ApiLoad> {
    const child = await Child.start('accept/load.child.ts');
    await child.ask('prepare', options.load);
    return new ApiLoad(options, child);
  }

  get processes(): Watched[] {
    return [
      { label: 'api', pid: this.options.api.process.pid ?? 0 },
      { label: 'load', pid: this.child.pid },
    ];
  }

  async prepare(): Promise<void> {
    await this.child.ask('write');
    if (!this.options.writes) return;
    await this.options.installation.empty();
    await this.options.installation.settle();
  }

  async run(): Promise<Sample> {
    const { requests, size } = this.options.load;
    const { seconds, p50, p99 } = await this.child.ask<Fired>('fire', `round-${this.round++}`);
    await this.check(requests * size);
    return { count: requests * size, seconds, extra: { 'p50-ms': p50, 'p99-ms': p99 } };
  }

  async close(): Promise<void> {
    await this.child.stop();
    await this.options.installation.close();
  }

  /** A round counts only if each message is there. */
  private async check(count: number): Promise<void> {
    if (!this.options.writes) return;
    const { queued = 0 } = await this.options.installation.statuses();
    if (queued !== count) throw new Error(`${this.title}: ${queued} of ${count} were written`);
  }
}
