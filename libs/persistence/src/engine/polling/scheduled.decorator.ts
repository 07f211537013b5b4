import { DiscoveryService } from '@nestjs/core';

export interface ScheduleOptions {
  /** The job's name: unique, and kept, for its fires are stored under it. */
  job: string;
  /** When it fires, with five fields (`0 * * * *`) or six, the first then being seconds. */
  cron: string;
  /** IANA name of the time zone that `cron` is read in. Default: UTC. */
  timeZone?: string;
}

/**
 * Declares a method `(dueAt: Date) => Promise<void>` as one that is called once for each fire, in one process of the
 * installation. A fire that was missed is caught up once, by the last one; one whose process died or failed is tried
 * again.
 */
export const Scheduled = DiscoveryService.createDecorator<ScheduleOptions>();
