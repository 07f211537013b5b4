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

  reset(): Promise<void> {
    return this.child.ask('reset');
  }

  /** How many messages it took since the last `reset`. */
  arrived(): Promise<number> {
    return this.child.ask<number>('arrived');
  }

  stop(): Promise<void> {
    return this.child.stop();
  }
}
