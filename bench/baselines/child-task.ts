import type { Child } from '../harness/child.js';
import type { Watched } from '../harness/cpu-time.js';
import type { Sample, Subject } from '../harness/subject.js';

export interface ChildTaskOptions {
  name: string;
  title: string;
  /**
   * Asked `prepare` with the task and the count, then the task itself with the count: answers with the seconds it took.
   */
  child: Child;
  task: string;
  count: number;
  /** Beside the child: what it sends to, say. */
  others?: (Watched & { stop(): Promise<void> })[];
}

/** Work that a program of bench/ does in a process of its own, and times itself. */
export class ChildTask implements Subject {
  readonly name: string;
  readonly title: string;

  constructor(private readonly options: ChildTaskOptions) {
    this.name = options.name;
    this.title = options.title;
  }

  get processes(): Watched[] {
    return [{ label: 'worker', pid: this.options.child.pid }, ...(this.options.others ?? [])];
  }

  prepare(): Promise<void> {
    const { child, task, count } = this.options;
    return child.ask('prepare', { task, count });
  }

  async run(): Promise<Sample> {
    const { child, task, count } = this.options;
    return { count, seconds: await child.ask<number>(task, count) };
  }

  async close(): Promise<void> {
    await this.options.child.stop();
    await Promise.all((this.options.others ?? []).map((other) => other.stop()));
  }
}
