import type { Logger } from '@nestjs/common';
import type { PollResult } from './poll.decorator.js';
import type { PollMetrics } from './poll-metrics.js';

/** Pauses between two runs, in ms. */
export interface PollPauses {
  idleMs: number;
  /** After a run that left something undone. */
  busyMs: number;
}

/**
 * Runs one piece of work again and again, one run at a time, with a pause between two. A failing run is logged and does
 * not end it.
 */
export class PollLoop {
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> = Promise.resolve();
  private stopped = false;

  /** @param name as logs and metrics have it */
  constructor(
    readonly name: string,
    private readonly pauses: PollPauses,
    private readonly work: () => Promise<PollResult>,
    private readonly logger: Logger,
    private readonly metrics: PollMetrics,
  ) {}

  start(): void {
    this.next(0);
  }

  /** Resolves when the run under way, if any, has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.current;
  }

  private next(pauseMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.current = this.run().then((more) => this.next(more ? this.pauses.busyMs : this.pauses.idleMs));
    }, pauseMs);
  }

  private async run(): Promise<boolean> {
    const end = this.metrics.begin(this.name);
    try {
      const { taken, more } = await this.work();
      end(taken);
      return more;
    } catch (error) {
      end(null);
      this.logger.error('poll failed; the next run follows', { poll: this.name }, error);
      return false;
    }
  }
}
