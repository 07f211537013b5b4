import type { Outcome } from '@outbell/shared/outcome.js';

/** For how long a message that met a worker without its session keeps its slot of the rate limiter, which nobody has used, in ms. */
const SLOT_GRACE_MS = 60_000;

/** Another worker owns the session: the message comes up again, and finds it sooner or later. */
export function elsewhere(afterMs: number): Outcome {
  return { kind: 'deferred', reason: 'session_elsewhere', afterMs, slotGraceMs: SLOT_GRACE_MS };
}
