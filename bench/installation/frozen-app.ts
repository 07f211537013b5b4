import { setTimeout as pause } from 'node:timers/promises';
import type { AppName, BuiltApp } from '../../test/support/built-app.js';
import { becomesTrue } from '../../tools/servers/processes.mjs';
import type { Installation } from './installation.js';

/**
 * An app that stands still (SIGSTOP) but while it is measured: it is as warm as one that has run for long, and disturbs
 * no other subject's round.
 */
export class FrozenApp {
  private constructor(
    private readonly app: BuiltApp,
    private readonly installation: Installation,
  ) {}

  /** @param works whether it does its work by now, so that it may be frozen */
  static async start(installation: Installation, name: AppName, works: () => Promise<boolean>): Promise<FrozenApp> {
    const frozen = new FrozenApp(await installation.start(name), installation);
    if (!(await becomesTrue(works, 60_000))) throw new Error(`${name} does not work:\n${frozen.log}`);
    await frozen.freeze();
    return frozen;
  }

  get pid(): number {
    if (this.app.process.pid === undefined) throw new Error('the process did not start');
    return this.app.process.pid;
  }

  get log(): string {
    return this.app.log;
  }

  thaw(): void {
    this.app.process.kill('SIGCONT');
  }

  /** What it keeps once it has collected its garbage, in MB (bench-worker only). */
  async keptMb(): Promise<number> {
    this.thaw();
    const answer = await fetch(`${this.app.url}/kept`);
    await this.freeze();
    const { bytes } = (await answer.json()) as { bytes: number };
    return bytes / 2 ** 20;
  }

  /** Stops it between two transactions: amid one it would hold its locks. */
  async freeze(): Promise<void> {
    for (;;) {
      this.app.process.kill('SIGSTOP');
      if (!(await this.installation.inTransaction())) return;
      this.app.process.kill('SIGCONT');
      await pause(20);
    }
  }
}
