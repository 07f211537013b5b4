import type { Watched } from './cpu-time.js';

/** What one round of a subject gave. */
export interface Sample {
  /** How many messages (jobs, requests) were worked off. */
  count: number;
  seconds: number;
  /** Other figures of the round by name, such as a latency in ms: reported by their medians. */
  extra?: Record<string, number>;
}

/** Something that is measured, in rounds that alternate with those of other subjects. */
export interface Subject {
  /** As `--only` names it and the figures are found by: kebab-case. */
  readonly name: string;
  /** As a person reads it. */
  readonly title: string;
  /** The processes of its own whose CPU time is told beside that of the servers. */
  readonly processes: Watched[];
  /** What a round needs: not measured. */
  prepare(): Promise<void>;
  /** One round. The subject takes the time itself, and throws when the work was not done as it should have been. */
  run(): Promise<Sample>;
  /** Ends its processes. */
  close(): Promise<void>;
}
