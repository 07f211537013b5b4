import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const BENCH = path.resolve(import.meta.dirname, '..');

interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/**
 * A program of bench/ in a process of its own, asked over IPC: what is measured shares no event loop with who measures.
 */
export class Child {
  private static readonly running = new Set<Child>();

  private asked = 0;
  private readonly waiting = new Map<number, PromiseWithResolvers>();

  private constructor(private readonly process: ChildProcess) {
    process.on('message', (answer: Answer) => this.settle(answer));
    Child.running.add(this);
    process.on('exit', (code, signal) => this.fail(`it ended (${signal ?? code})`));
  }

  /**
   * Starts it, and waits until it answers.
   *
   * @param file below bench/, which calls `answer()`
   */
  static async start(file: string, settings: Record<string, string> = {}): Promise<Child> {
    const env = { PATH: process.env['PATH'], ...settings };
    const child = fork(path.join(BENCH, file), { env, execArgv: ['--import', 'tsx'] });
    await Promise.race([once(child, 'message'), failedStart(child, file)]);
    return new Child(child);
  }

  /** Ends all that still run: before the servers they are connected to. */
  static async stopAll(): Promise<void> {
    await Promise.all([...Child.running].map((child) => child.stop()));
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error('the process did not start');
    return this.process.pid;
  }

  /** @throws what the other side threw, or when its process ends */
  ask<T>(question: string, argument?: unknown): Promise<T> {
    const id = this.asked++;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.process.send({ id, question, argument });
    });
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    if (this.process.connected) this.process.disconnect();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  }

  private settle({ id, value, error }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }

  private fail(why: string): void {
    Child.running.delete(this);
    for (const { reject } of this.waiting.values()) reject(new Error(why));
    this.waiting.clear();
  }
}

interface PromiseWithResolvers {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

async function failedStart(child: ChildProcess, file: string): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null];
  throw new Error(`bench/${file} ended at its start (${code})`);
}
