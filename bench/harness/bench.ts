import type { Options } from '../options.js';
import { Child } from './child.js';
import { Servers } from './servers.js';

/** One run: its options, its servers, and how it tells what it does. */
export class Bench {
  private readonly endings: (() => Promise<void>)[] = [];
  private stopping: Promise<void> | undefined;

  private constructor(
    readonly options: Options,
    readonly servers: Servers,
    readonly say: (line: string) => void,
  ) {}

  static async start(options: Options, say: (line: string) => void): Promise<Bench> {
    return new Bench(options, await Servers.start(say), say);
  }

  /** A size of this run. */
  size(full: number, quick: number): number {
    return Math.max(1, Math.round((this.options.quick ? quick : full) * this.options.scale));
  }

  /** Has this done at the end of the run, however it ends: no process may outlive it. */
  atEnd(ending: () => Promise<void>): void {
    this.endings.push(ending);
  }

  /** May be called twice. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  private async end(): Promise<void> {
    await Promise.all([...this.endings.map((ending) => ending()), Child.stopAll()]);
    await this.servers.stop();
  }
}
