import { CronTime } from 'cron';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far back a fire is looked for, the nearest first, in ms: a job of every minute has few within an hour. */
const SPANS_MS = [HOUR_MS, DAY_MS, 8 * DAY_MS, 32 * DAY_MS, 367 * DAY_MS];

/**
 * Computes when a schedule last was due, up to `now`; null: not within a year.
 *
 * @throws Error when the schedule or the time zone cannot be read
 */
export function lastDue(cron: string, timeZone: string, now: Date): Date | null {
  const time = new CronTime(cron, timeZone);
  for (const span of SPANS_MS) {
    let last: Date | null = null;
    let next = time.getNextDateFrom(new Date(now.getTime() - span), timeZone).toJSDate();
    while (next <= now) {
      last = next;
      next = time.getNextDateFrom(next, timeZone).toJSDate();
    }
    if (last) return last;
  }
  return null;
}
