import type { Receipt } from '@outbell/planning/receipts.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { MessageEventType } from '../entities/message-event.entity.js';

/**
 * Describes what happens to a message. `claim`, `mark`, `release`: its worker's steps · `lease_lost`: the worker was
 * not heard of again · `result …`: what a delivery led to · `receipt …`: a vendor's later word · `cancel`, `requeue`:
 * by its tenant · `resend`: `unknown` is sent again, as its tenant asked for · `supersede`: another channel took it
 * over · `stop`: its address is suppressed · `refuse`: its person said no on another channel.
 */
export type Trigger =
  | 'accept'
  | 'claim'
  | 'mark'
  | 'release'
  | 'lease_lost'
  | 'cancel'
  | 'requeue'
  | 'resend'
  | 'supersede'
  | 'stop'
  | 'refuse'
  | `result ${Outcome['kind']}`
  | `receipt ${Receipt}`;

/**
 * Describes what decides besides the status. Of the row: `due`, `leaseRunning`, `leaseOver`, `maybeSent` (an earlier
 * call may have sent it), `latestAttempt` (what happens belongs to its latest attempt), `lostWhileSending` (its lease
 * ran out in a call). Of a lost lease: `repeatable` (its provider takes a repeat once, and not too many were lost),
 * `counted` (the database was there all the while), `lastLease` (no more may be lost). Of a result: `movesOn` (another
 * connection takes it now), `attemptsLeft`, `repeats` (a repeat at this connection still counts once, and is due in
 * time), `routesDown` (all connections that could take it were tried).
 */
export type Fact =
  | 'due'
  | 'leaseRunning'
  | 'leaseOver'
  | 'maybeSent'
  | 'latestAttempt'
  | 'lostWhileSending'
  | 'repeatable'
  | 'counted'
  | 'lastLease'
  | 'movesOn'
  | 'attemptsLeft'
  | 'repeats'
  | 'routesDown';

export type Facts = Partial<Record<Fact, boolean>>;

/** One row of the table: what is written when something happens to a message. What is left out stays as it is. */
export interface Transition {
  on: Trigger;
  from: readonly MessageStatus[];
  /**
   * What must be so, or must not. Of the rows of a trigger the first that fits counts; where none does, nothing
   * happens.
   */
  when?: Facts;
  to: MessageStatus;
  /** The fact that is appended; null: none. `as given`: the vendor's own word, which may say more than its receipt. */
  event: MessageEventType | 'as given' | null;
  /** The message's own; `as given`: by what happens, or `unnamed` where that names none. */
  reason?: string | null;
  unnamed?: string;
  /** The event's, where it is another one. */
  eventReason?: string;
  /** `closed`: written down as ended, if one was begun · `taken back`: not spent, if one was begun. */
  attempt?: 'opened' | 'closed' | 'taken back';
  /**
   * Of `message_schedule`. `spread`: within some seconds, by chance · `back-off`: as the retry policy says · `as
   * asked`: by the outcome.
   */
  schedule?: 'now' | 'soon' | 'spread' | 'back-off' | 'as asked' | 'dropped';
  /** It travels alone from now on, for it may be what killed its worker. */
  isolate?: boolean;
  fence?: 'raised';
  lease?: 'taken' | 'ended';
  slot?: 'released';
  lostLeases?: 'counted' | 'forgotten';
  failovers?: 'counted' | 'forgotten';
  tried?: 'remembered' | 'forgotten' | undefined;
  /** `since the call`: when the first call began that may have sent it. */
  maybeSent?: 'since the call' | 'forgotten';
}
