import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Receipt } from '@outbell/planning/receipts.js';

/** One message as its row has it: all that decides what may become of it. */
export interface MessageState {
  readonly status: MessageStatus;
  /** Grows with every claim. */
  readonly fence: number;
  /** Calls to a provider so far, one that may be under way included. */
  readonly attempts: number;
  /** Null: what the retry policy says. */
  readonly attemptLimit: number | null;
  readonly lostLeases: number;
  /** Attempts that another connection took over at once. */
  readonly failovers: number;
  /** A call that may have sent it is to be repeated under the same key, by the same connection. */
  readonly maybeSent: boolean;
  readonly reason: string | null;
  /** The time has come for which it was queued. */
  readonly due: boolean;
  /** Of its holder; null when it has none. */
  readonly lease: 'running' | 'over' | null;
}

/** What happens to a message. `fence` is that of the worker which writes it: it may long have lost the message. */
export type MessageEvent =
  /** Its time comes. */
  | { type: 'due' }
  | { type: 'claim' }
  /** A provider is about to be called. */
  | { type: 'mark'; fence: number }
  /** A step failed as a whole before any provider was called. */
  | { type: 'release'; fence: number }
  /**
   * `attempt` is null when no provider was called. `elsewhere`: another connection would take it. `repeatable`: the
   * provider takes it once.
   */
  | {
      type: 'settle';
      fence: number;
      attempt: number | null;
      outcome: Outcome;
      elsewhere?: boolean;
      repeatable?: boolean;
    }
  | { type: 'lease over' }
  /**
   * Maintenance looks for leases that are over. `counted`: the database was there all the while, so it was the worker
   * that went away.
   */
  | { type: 'rescue'; counted: boolean; repeatable?: boolean }
  | { type: 'cancel' }
  /** By the tenant, with so many more attempts. */
  | { type: 'retry'; attempts: number }
  /** A vendor's word on one attempt. `reason` tells why it failed, bounced or was complained of. */
  | { type: 'receipt'; attempt: number; receipt: Receipt; reason: string | null };

/** As accept writes it. */
export const ACCEPTED: MessageState = {
  status: 'queued',
  fence: 0,
  attempts: 0,
  attemptLimit: null,
  lostLeases: 0,
  failovers: 0,
  maybeSent: false,
  reason: null,
  due: true,
  lease: null,
};
