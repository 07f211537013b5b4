import { Injectable } from '@nestjs/common';
import { Metrics } from '@outbell/shared/metrics/metrics.js';

const SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60];

/** Counts the runs of this process's loops, what they took, and how long they were at it. */
@Injectable()
export class PollMetrics {
  private readonly runs;
  private readonly errors;
  private readonly taken;
  private readonly duration;

  constructor(metrics: Metrics) {
    this.runs = metrics.counter('poll_runs_total', 'Runs of periodic work', ['poll']);
    this.errors = metrics.counter('poll_errors_total', 'Runs of periodic work that failed', ['poll']);
    this.taken = metrics.counter('poll_taken_total', 'Rows that runs of periodic work took', ['poll']);
    this.duration = metrics.histogram('poll_duration_seconds', 'Time of one run of periodic work', ['poll'], SECONDS);
  }

  /** Begins to time a run. @returns ends it, with how many rows it took; null: it failed */
  begin(poll: string): (taken: number | null) => void {
    const end = this.duration.startTimer({ poll });
    return (taken) => {
      end();
      this.runs.inc({ poll });
      if (taken === null) this.errors.inc({ poll });
      else this.taken.inc({ poll }, taken);
    };
  }
}
