import type { Options } from '../options.js';
import { Servers } from './servers.js';

/** One run: its options, its servers, and how it tells what it does. */
export class Bench {
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
    return this.options.quick ? quick : full;
  }

  async stop(): Promise<void> {
    await this.servers.stop();
  }
}
