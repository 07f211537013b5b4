import { Child } from '../harness/child.js';

/** A vendor in a process of its own that takes everything and keeps nothing but its number. */
export class Sink {
  private constructor(
    private readonly child: Child,
    readonly port: number,
  ) {}

  static async start(protocol: 'http' | 'smtp'): Promise<Sink> {
    const child = await Child.start(`sinks/${protocol}-sink.child.ts`);
    return new Sink(child, await child.ask<number>('port'));
  }

  get pid(): number {
    return this.child.pid;
  }

  /**
   * Forgets what came so far. @param options lookForProbes: notes when probes come, which costs it some time (HTTP
   * only)
   */
  reset(options: { lookForProbes?: boolean } = {}): Promise<void> {
    return this.child.ask('reset', options);
  }

  /** How many messages it took since the last `reset`. */
  arrived(): Promise<number> {
    return this.child.ask<number>('arrived');
  }

  /** When probes came since the last `reset` (`epochMs`), by message id. */
  async probes(): Promise<Map<string, number>> {
    return new Map(await this.child.ask<[string, number][]>('probes'));
  }

  stop(): Promise<void> {
    return this.child.stop();
  }
}
