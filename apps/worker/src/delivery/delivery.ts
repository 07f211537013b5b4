import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { Excluded } from '@outbell/planning/route.js';
import type { Outgoing } from '@outbell/providers/provider.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { OpenConnection } from '../routing/open-connection.js';

/** The worker's act of carrying one message to a provider. Each step adds what the next one needs. */
export interface Delivery {
  message: ClaimedMessage;
  /** What there was to choose from; absent where there was one connection or none. */
  route?: RouteSeen;
}

/** The connection that was taken, null for none, and why the others were not. */
export interface RouteSeen {
  connection: string | null;
  excluded: Excluded[];
}

/** Says what became of a message that does not walk on. It is written down while the others go on. */
export type Stop = (delivery: Delivery, outcome: Outcome) => void;

/** It is known who would take it. */
export interface Routed extends Delivery {
  connection: OpenConnection;
  /** Another one would take it at once, should this one prove not to have sent it. */
  elsewhere: boolean;
}

/** Ready to be handed over. */
export interface Rendered extends Routed {
  outgoing: Outgoing;
}

/** The database knows that a call is about to be made: from here on a crash means `unknown`. */
export interface Marked extends Rendered {
  /** Number of the attempt. */
  attempt: number;
  /** `performance.now()` just before it was marked. */
  markedAt: number;
  /**
   * `performance.now()` after which no call may begin: it could outlive the lease, or somebody who was told that it is
   * stopped.
   */
  callBefore: number;
}

/** Tells whether it is to come again when there is a place for it at its connection. */
export function waitsForPermit(outcome: Outcome): boolean {
  return outcome.kind === 'deferred' && outcome.reason === 'vendor_busy';
}
