import type { MessageEvent, MessageState } from './message-state.js';
import { ACCEPTED } from './message-state.js';
import type { Receipt } from '@outbell/planning/receipts.js';
import type { Outcome } from '@outbell/shared/outcome.js';

/** Attempts that a tenant's retry gives. */
export const RETRY_ATTEMPTS = 2;

export const CHOICES = 24;
/** With this one a delivery goes well. */
export const WELL = CHOICES - 1;

/** The rules under test: `next` of the message machine, or one that is broken on purpose. */
export type Machine = (state: MessageState, event: MessageEvent) => MessageState;

/** What may happen next in a world; `choice`, below CHOICES, decides what a worker's next line comes to. */
export type Command =
  | { do: 'step'; worker: number; choice: number }
  | { do: 'crash'; worker: number }
  | { do: 'callback'; call: number; receipt: Receipt }
  | { do: 'rescue'; counted: boolean }
  | { do: 'due' | 'lease over' | 'cancel' | 'retry' };

/** A call as the vendor saw it. */
export interface Call {
  fence: number;
  attempt: number;
  taken: boolean;
  /** The vendor has said that it did not take it. */
  proven: boolean;
  /** The tenant's retries up to its beginning. */
  retries: number;
}

/** Where a worker stands in its delivery: between which lines of deliver-batch.ts. */
type Hands =
  | { at: 'claimed'; fence: number }
  /**
   * A step failed as a whole. `outcome`: the message had been stopped just before, and its result is still to be
   * written.
   */
  | { at: 'failed'; fence: number; outcome: Outcome | null }
  | { at: 'marked'; fence: number; attempt: number }
  | { at: 'calling'; fence: number; attempt: number; call: Call }
  | { at: 'answered'; fence: number; attempt: number | null; outcome: Outcome; elsewhere?: boolean };

/** One thing that happened to the message, with the states around it. */
export interface Entry {
  event: MessageEvent;
  before: MessageState;
  after: MessageState;
}

/**
 * One message, workers that may stop for good or for long between any two lines, a vendor that writes down every call,
 * maintenance, and a tenant. No time passes by itself: due times, leases and the vendor's answers come when a command
 * says so.
 */
export class MessageWorld {
  state: MessageState = ACCEPTED;
  readonly calls: Call[] = [];
  readonly trace: Entry[] = [];
  private readonly workers: (Hands | null)[];
  private retries = 0;
  /** Fences whose holders, should they look at their own clock, know that their lease is over. */
  private readonly overslept = new Set<number>();

  constructor(
    private readonly machine: Machine,
    workers: number,
    /** The vendor takes a repeat under the message's key once. */
    readonly keyed = false,
  ) {
    this.workers = Array.from({ length: workers }, () => null);
  }

  run(command: Command): void {
    switch (command.do) {
      case 'step':
        this.workers[command.worker] = this.step(this.workers[command.worker] ?? null, command.choice);
        return;
      case 'crash':
        this.workers[command.worker] = null;
        return;
      case 'callback':
        this.callBack(this.calls[command.call], command.receipt);
        return;
      case 'rescue':
        this.apply({ type: 'rescue', counted: command.counted, repeatable: this.keyed });
        return;
      case 'retry':
        if (this.apply({ type: 'retry', attempts: RETRY_ATTEMPTS })) this.retries += 1;
        return;
      case 'lease over':
        if (this.apply({ type: 'lease over' }) && this.state.status === 'sending') this.overslept.add(this.state.fence);
        return;
      case 'due':
      case 'cancel':
        this.apply({ type: command.do });
    }
  }

  /** Whether a worker has nothing in hand. */
  isIdle(worker: number): boolean {
    return this.workers[worker] === null;
  }

  /** Whether a worker waits for the vendor's answer. */
  isCalling(worker: number): boolean {
    return this.workers[worker]?.at === 'calling';
  }

  private step(hands: Hands | null, choice: number): Hands | null {
    switch (hands?.at) {
      case undefined:
        return this.apply({ type: 'claim' }) ? { at: 'claimed', fence: this.state.fence } : null;
      case 'claimed':
        return this.walkOn(hands.fence, choice);
      case 'failed': {
        const { fence, outcome } = hands;
        this.apply({ type: 'release', fence });
        return outcome && { at: 'answered', fence, attempt: null, outcome };
      }
      case 'marked':
        return this.beginCall(hands.fence, hands.attempt, choice);
      case 'calling':
        // Another connection may be there to take over.
        return { ...hands, at: 'answered', outcome: answer(hands.call, choice), elsewhere: choice === MOVES_ON };
      case 'answered': {
        const { fence, attempt, outcome, elsewhere = false } = hands;
        this.apply({ type: 'settle', fence, attempt, outcome, elsewhere, repeatable: this.keyed && attempt !== null });
        // The database may have written it and its reply be lost: then it is written again.
        return choice === 0 ? hands : null;
      }
    }
  }

  private walkOn(fence: number, choice: number): Hands | null {
    if (choice === 0) return { at: 'failed', fence, outcome: null };
    if (choice === 1) return { at: 'failed', fence, outcome: DEFERRED };
    const stop = STOPS[choice - 2];
    if (stop) return { at: 'answered', fence, attempt: null, outcome: stop };
    if (!this.apply({ type: 'mark', fence })) return null;
    // The mark was written and the database's reply lost: to the worker, the step has failed.
    if (choice === 6) return { at: 'failed', fence, outcome: null };
    return { at: 'marked', fence, attempt: this.state.attempts };
  }

  /** A worker that overslept its lease begins no call; it may also be over-cautious. */
  private beginCall(fence: number, attempt: number, choice: number): Hands {
    if (this.overslept.has(fence) || choice === 0) return { at: 'answered', fence, attempt, outcome: OVERSLEPT };
    const call = { fence, attempt, taken: false, proven: false, retries: this.retries };
    this.calls.push(call);
    return { at: 'calling', fence, attempt, call };
  }

  /** Only what a vendor took can it speak of. */
  private callBack(call: Call | undefined, receipt: Receipt): void {
    if (!call?.taken) return;
    const reason = receipt === 'sent' || receipt === 'delivered' ? null : `recipient_${receipt}`;
    this.apply({ type: 'receipt', attempt: call.attempt, receipt, reason });
  }

  /** @returns whether it counted */
  private apply(event: MessageEvent): boolean {
    const before = this.state;
    this.state = this.machine(before, event);
    this.trace.push({ event, before, after: this.state });
    return this.state !== before;
  }
}

/** The choice with which a call fails that another connection may take over. */
const MOVES_ON = 9;

/** What a vendor makes of a call, and what of it the worker learns. */
function answer(call: Call, choice: number): Outcome {
  if (choice <= 2) return { kind: 'unknown', reason: 'timeout' };
  if (choice <= 10) {
    call.proven = true;
    if (choice === MOVES_ON) return { kind: 'retry', reason: 'connection_refused' };
    return choice === 3 ? { kind: 'rejected', reason: 'bad_address' } : { kind: 'retry', reason: 'mailbox_busy' };
  }
  call.taken = true;
  return choice <= 14 ? { kind: 'unknown', reason: 'no_reply_after_data' } : { kind: 'sent' };
}

const DEFERRED: Outcome = { kind: 'deferred', reason: 'sender_paused', afterMs: 60_000 };
const OVERSLEPT: Outcome = { kind: 'deferred', reason: 'lease_expired_before_send', afterMs: 0 };

/** What the steps before the mark stop a message with. */
const STOPS: Outcome[] = [
  DEFERRED,
  { kind: 'suppressed', reason: 'recipient_bounced' },
  { kind: 'expired', reason: 'expired' },
  { kind: 'rejected', reason: 'missing_variable' },
];
