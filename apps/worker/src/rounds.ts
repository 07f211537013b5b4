import type { Logger } from '@nestjs/common';

/** Between two rounds when the last one left something undone, in ms: long enough for others to get at the database. */
const BUSY_PAUSE_MS = 20;

/** Work done again and again, one round at a time, with a pause between two. A failing round is logged and does not end it. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> = Promise.resolve();
  private stopped = false;

  /** @param round tells whether it left something undone, so that the next one should follow at once */
  constructor(
    private readonly pauseMs: number,
    private readonly round: () => Promise<boolean>,
    private readonly logger: Logger,
    private readonly busyPauseMs = BUSY_PAUSE_MS,
  ) {}

  start(): void {
    this.next(0);
  }

  /** Resolves when the round under way, if any, has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.current;
  }

  private next(pauseMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.current = this.runOnce().then((more) => this.next(more ? this.busyPauseMs : this.pauseMs));
    }, pauseMs);
  }

  private async runOnce(): Promise<boolean> {
    try {
      return await this.round();
    } catch (error) {
      this.logger.error('round failed; the next one follows', error);
      return false;
    }
  }
}
