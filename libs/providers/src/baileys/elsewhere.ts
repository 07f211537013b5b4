import { type Outcome, SLOT_GRACE_MS } from '@outbell/shared/outcome.js';

/** Another worker owns the session: the message comes up again, and finds it sooner or later. */
export function elsewhere(afterMs: number): Outcome {
  return { kind: 'deferred', reason: 'session_on_other_worker', afterMs, slotGraceMs: SLOT_GRACE_MS };
}
