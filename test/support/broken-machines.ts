import type { MessageEvent, MessageState } from './message-state.js';
import { RECEIPTS } from '@outbell/planning/receipts.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import type { Machine } from './message-world.js';

type Broken = (machine: Machine, state: MessageState, event: MessageEvent) => MessageState;

/** What must hold: of the calls alone, of every step, of the end, of callbacks. */
export type Property = 'callsOnce' | 'isSafe' | 'isLive' | 'isCommutative';

/**
 * Machines with one fault each, and the property that must find it: were one not found, the property could not fail.
 */
export const BROKEN_MACHINES: [name: string, property: Property, broken: Broken][] = [
  ['results count under any fence', 'callsOnce', underAnyFence('settle')],
  ['marks count under any fence', 'isSafe', underAnyFence('mark')],
  ['a release counts under any fence', 'callsOnce', underAnyFence('release')],
  [
    'only the first claim raises the fence',
    'callsOnce',
    (machine, state, event) => {
      const after = machine(state, event);
      return event.type === 'claim' && after !== state ? { ...after, fence: 1 } : after;
    },
  ],
  [
    'a claim takes what is in other hands',
    'isSafe',
    (machine, state, event) =>
      event.type === 'claim' && state.lease !== null
        ? machine({ ...state, status: 'queued' }, event)
        : machine(state, event),
  ],
  [
    'a mark does not ask whether the message is still processing',
    'isSafe',
    (machine, state, event) =>
      event.type === 'mark'
        ? machine({ ...state, status: 'processing', lease: 'running' }, event)
        : machine(state, event),
  ],
  [
    'a lease that ends in the middle of a call queues the message again',
    'callsOnce',
    (machine, state, event) => {
      const after = machine(state, event);
      return event.type === 'rescue' && after.status === 'unknown' ? { ...after, status: 'queued' } : after;
    },
  ],
  [
    'a lease that ends in the middle of a call gives the attempt back',
    'callsOnce',
    (machine, state, event) => {
      const after = machine(state, event);
      return event.type === 'rescue' && after !== state && after.status === 'unknown'
        ? { ...after, status: 'queued', attempts: after.attempts - 1 }
        : after;
    },
  ],
  [
    'unknown is queued again by itself',
    'callsOnce',
    (machine, state, event) =>
      event.type === 'due' && state.status === 'unknown' ? { ...state, status: 'queued' } : machine(state, event),
  ],
  [
    'a vendor’s silence is taken for a no',
    'callsOnce',
    (machine, state, event) =>
      event.type === 'settle' && event.outcome.kind === 'unknown'
        ? machine(state, { ...event, outcome: { kind: 'retry', reason: event.outcome.reason } })
        : machine(state, event),
  ],
  [
    'a late yes is lost on what the tenant has queued again',
    'isSafe',
    (machine, state, event) => (event.type === 'settle' && state.status === 'queued' ? state : machine(state, event)),
  ],
  [
    'a late yes is lost on what maintenance has called unknown',
    'isSafe',
    (machine, state, event) => (event.type === 'settle' && state.status === 'unknown' ? state : machine(state, event)),
  ],
  [
    'a result is written over what has ended',
    'isSafe',
    (machine, state, event) =>
      event.type === 'settle' && state.status === 'canceled'
        ? machine({ ...state, status: 'processing', lease: 'running' }, event)
        : machine(state, event),
  ],
  [
    'a message ends without a reason',
    'isSafe',
    (machine, state, event) => {
      const after = machine(state, event);
      return event.type === 'rescue' && after !== state ? { ...after, reason: null } : after;
    },
  ],
  [
    'a deferral spends its attempt',
    'isSafe',
    (machine, state, event) => {
      const after = machine(state, event);
      const isDeferral = event.type === 'settle' && event.outcome.kind === 'deferred';
      return isDeferral && after !== state ? { ...after, attempts: state.attempts } : after;
    },
  ],
  [
    'a tenant cancels what a worker holds',
    'isSafe',
    (machine, state, event) =>
      event.type === 'cancel' && state.status === 'processing'
        ? machine({ ...state, status: 'queued' }, event)
        : machine(state, event),
  ],
  [
    'nobody ends the leases of the dead',
    'isLive',
    (machine, state, event) => (event.type === 'rescue' ? state : machine(state, event)),
  ],
  ['attempts are without end', 'isLive', (machine, state, event) => machine({ ...state, attemptLimit: 1_000 }, event)],
  [
    'what was deferred is never due',
    'isLive',
    (machine, state, event) =>
      event.type === 'due' && state.reason === 'sender_paused' ? state : machine(state, event),
  ],
  [
    'the last callback wins',
    'isCommutative',
    (machine, state, event) =>
      event.type === 'receipt' ? { ...state, status: event.receipt, lease: null } : machine(state, event),
  ],
  [
    'the first callback wins',
    'isCommutative',
    (machine, state, event) => (event.type === 'receipt' && isReceipt(state.status) ? state : machine(state, event)),
  ],
  [
    'callbacks of earlier attempts count for what is still open',
    'isCommutative',
    (machine, state, event) =>
      event.type === 'receipt' && !isReceipt(state.status)
        ? machine(state, { ...event, attempt: state.attempts })
        : machine(state, event),
  ],
];

function isReceipt(status: MessageStatus): boolean {
  return (RECEIPTS as readonly MessageStatus[]).includes(status);
}

function underAnyFence(type: 'settle' | 'mark' | 'release'): Broken {
  return (machine, state, event) =>
    event.type === type ? machine(state, { ...event, fence: state.fence }) : machine(state, event);
}
