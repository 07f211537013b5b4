import type { PauseBounds } from '@outbell/persistence/engine/tenant-pause.repository.js';
import type { Config } from '@outbell/shared/config/config.schema.js';

/** Where a tenant is paused, of the settings. */
export function pauseBounds({ values }: Config): PauseBounds {
  return {
    failureRate: values.PAUSE_FAILURE_RATE,
    windowMs: values.PAUSE_WINDOW_MS,
    complaintRate: values.PAUSE_COMPLAINT_RATE,
    complaintWindowMs: values.PAUSE_COMPLAINT_WINDOW_MS,
    least: values.PAUSE_MIN,
  };
}

/** Tells whether anybody is ever paused. */
export function pausesAnybody({ failureRate, complaintRate }: PauseBounds): boolean {
  return failureRate > 0 || complaintRate > 0;
}
