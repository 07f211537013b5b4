import { RECEIPTS, type Receipt } from '@outbell/planning/receipts.js';
import {
  CANCELABLE,
  MESSAGE_STATUSES,
  type MessageStatus,
  RETRYABLE,
} from '@outbell/shared/constants/message-status.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { Fact, Facts, Transition, Trigger } from './transition.js';

const RESULT_OF = 'result ';

const HELD = ['processing', 'sending'] as const satisfies MessageStatus[];

/** A result counts while its worker holds the message, and when maintenance has called it `unknown` meanwhile. */
const AT_RESULT = [...HELD, 'unknown'] as const satisfies MessageStatus[];

const NOT_SENDING = ['queued', 'processing'] as const satisfies MessageStatus[];

const ENDED = { lease: 'ended', schedule: 'dropped' } as const;
const WAITS = { lease: 'ended' } as const;
const CALL_LOST = { from: ['sending'], reason: 'worker_lost_while_sending', attempt: 'closed' } as const;
const CLAIM_LOST = { from: ['processing'], reason: 'worker_lost' } as const;
const FAILOVER = {
  to: 'queued',
  event: 'failover',
  schedule: 'now',
  failovers: 'counted',
  tried: 'remembered',
} as const;
const RESULT = { reason: 'as given', attempt: 'closed', tried: 'forgotten', ...WAITS } as const;
const STOPPED = { from: NOT_SENDING, reason: 'as given', fence: 'raised', slot: 'released', ...ENDED } as const;

/** The only place where it is decided what becomes of a message. docs/architecture.md draws it. */
export const TRANSITIONS: readonly Transition[] = [
  { on: 'accept', from: [], to: 'queued', event: 'queued', schedule: 'as asked' },
  {
    on: 'claim',
    from: ['queued'],
    when: { due: true },
    to: 'processing',
    event: null,
    fence: 'raised',
    lease: 'taken',
  },
  {
    ...{ on: 'mark', from: ['processing'], when: { leaseRunning: true }, to: 'sending', event: null },
    ...{ reason: null, attempt: 'opened', lease: 'taken', slot: 'released' },
  },
  // A step failed as a whole: no provider was called.
  ...HELD.map((status): Transition => {
    const again = { lostLeases: 'counted', schedule: 'soon', isolate: true, ...WAITS } as const;
    return {
      on: 'release',
      from: [status],
      to: 'queued',
      event: null,
      ...(status === 'sending' && { attempt: 'taken back' }),
      ...again,
    };
  }),

  // A provider may have it: it is called again by us only where that counts once.
  {
    ...{ on: 'lease_lost', ...CALL_LOST, when: { leaseOver: true, repeatable: true }, to: 'queued', event: 'repeat' },
    ...{ lostLeases: 'counted', maybeSent: 'since the call', schedule: 'spread', ...WAITS },
  },
  { on: 'lease_lost', ...CALL_LOST, when: { leaseOver: true }, to: 'unknown', event: 'unknown', ...ENDED },
  // No provider was called: it is tried again, until it is taken for what kills its workers.
  {
    ...{ on: 'lease_lost', ...CLAIM_LOST, when: { leaseOver: true, counted: true, lastLease: true, maybeSent: true } },
    ...{ to: 'unknown', event: 'unknown', lostLeases: 'counted', ...ENDED },
  },
  {
    ...{ on: 'lease_lost', ...CLAIM_LOST, when: { leaseOver: true, counted: true, lastLease: true } },
    ...{ to: 'failed', event: 'failed', lostLeases: 'counted', ...ENDED },
  },
  {
    ...{
      on: 'lease_lost',
      ...CLAIM_LOST,
      when: { leaseOver: true, counted: true },
      to: 'queued',
      event: 'lease_expired',
    },
    ...{ lostLeases: 'counted', schedule: 'spread', ...WAITS },
  },
  {
    ...{ on: 'lease_lost', ...CLAIM_LOST, when: { leaseOver: true }, to: 'queued', event: 'lease_expired' },
    ...{ schedule: 'spread', ...WAITS },
  },

  ...result('sent', [{ to: 'sent', event: 'sent', reason: null, ...ENDED }]),
  // What the tenant has queued again is not sent a second time.
  {
    ...RESULT,
    on: 'result sent',
    from: ['queued'],
    when: { latestAttempt: true },
    to: 'sent',
    event: 'sent',
    reason: null,
    ...ENDED,
  },
  // For its turn at the next connection it may be put off meanwhile: those that have failed it are remembered.
  ...result('deferred', [
    { when: { routesDown: true }, to: 'queued', event: 'deferred', attempt: 'taken back', schedule: 'as asked' },
    {
      ...{ when: { routesDown: false }, to: 'queued', event: 'deferred', attempt: 'taken back', schedule: 'as asked' },
      tried: undefined,
    },
  ]),
  ...result('retry', [
    { when: { movesOn: true, maybeSent: false }, ...FAILOVER },
    { when: { maybeSent: true, repeats: true }, to: 'queued', event: 'retry', schedule: 'back-off' },
    { when: { maybeSent: true }, to: 'unknown', event: 'unknown', ...ENDED },
    { when: { attemptsLeft: true }, to: 'queued', event: 'retry', schedule: 'back-off' },
    { to: 'failed', event: 'failed', ...ENDED },
  ]),
  ...result('unknown', [
    { when: { repeats: true }, to: 'queued', event: 'repeat', schedule: 'back-off', maybeSent: 'since the call' },
    { to: 'unknown', event: 'unknown', ...ENDED },
  ]),
  ...result('rejected', [
    { when: { movesOn: true, maybeSent: false }, ...FAILOVER },
    { when: { maybeSent: true }, to: 'unknown', event: 'unknown', ...ENDED },
    { to: 'failed', event: 'failed', ...ENDED },
  ]),
  ...result('suppressed', [
    { when: { maybeSent: true }, to: 'unknown', event: 'unknown', ...ENDED },
    { to: 'suppressed', event: 'suppressed', ...ENDED },
  ]),
  ...result('expired', [
    { when: { maybeSent: true }, to: 'unknown', event: 'unknown', ...ENDED },
    { to: 'expired', event: 'expired', ...ENDED },
  ]),

  // The vendor has said what became of the latest attempt. In other states than these its "failed" has a second attempt
  // ahead, or has ended.
  receipt('sent', { from: weakerThan('sent'), reason: null }),
  receipt('failed', { from: ['sending', 'sent', 'unknown'], reason: 'as given', unnamed: 'provider_gave_up' }),
  receipt('delivered', { from: weakerThan('delivered'), reason: null }),
  receipt('bounced', { from: weakerThan('bounced'), reason: 'as given', unnamed: 'bounced' }),
  receipt('complained', { from: weakerThan('complained'), reason: 'as given', unnamed: 'marked_as_spam' }),

  {
    ...{ on: 'cancel', from: CANCELABLE, when: { maybeSent: false }, to: 'canceled', event: 'canceled' },
    ...{ reason: 'canceled_by_tenant', schedule: 'dropped' },
  },
  {
    ...{
      on: 'requeue',
      from: RETRYABLE,
      to: 'queued',
      event: 'requeued',
      reason: null,
      eventReason: 'requeued_by_tenant',
    },
    ...{ lostLeases: 'forgotten', failovers: 'forgotten', tried: 'forgotten', maybeSent: 'forgotten', schedule: 'now' },
  },
  {
    ...{ on: 'resend', from: ['unknown'], when: { maybeSent: false }, to: 'queued', event: 'resend', reason: null },
    ...{ eventReason: 'may_arrive_twice', tried: 'forgotten', schedule: 'now', isolate: true },
  },
  {
    ...{ on: 'supersede', from: CANCELABLE, when: { maybeSent: false }, to: 'canceled', event: 'canceled' },
    ...{ reason: 'superseded_by_fallback', schedule: 'dropped' },
  },
  { on: 'stop', when: { maybeSent: true }, to: 'unknown', event: 'unknown', ...STOPPED },
  { on: 'stop', to: 'suppressed', event: 'suppressed', ...STOPPED },
  {
    on: 'refuse',
    when: { maybeSent: false },
    to: 'canceled',
    event: 'canceled',
    ...STOPPED,
    reason: 'recipient_said_no',
  },
];

/** Outcomes of which the table says what they lead to. */
export const RESULT_KINDS: readonly Outcome['kind'][] = [
  ...new Set(TRANSITIONS.flatMap(({ on }) => (isResult(on) ? [on.slice(RESULT_OF.length) as Outcome['kind']] : []))),
];

/** All that may become of a message when this happens, in the order in which they are asked for. */
export function transitionsOn(trigger: Trigger): Transition[] {
  return TRANSITIONS.filter(({ on }) => on === trigger);
}

/** Looks up what becomes of a message in this state; undefined: nothing. Facts that are not given are not so. */
export function transitionOf(trigger: Trigger, status: MessageStatus, facts: Facts): Transition | undefined {
  return transitionsOn(trigger).find(({ from, when }) => from.includes(status) && fits(when, facts));
}

export function fits(when: Facts = {}, facts: Facts): boolean {
  return Object.entries(when).every(([fact, so]) => (facts[fact as Fact] ?? false) === so);
}

function isResult(trigger: Trigger): boolean {
  return trigger.startsWith(RESULT_OF);
}

type Ending = Omit<Transition, 'on' | 'from'>;

/** Silence adds nothing to what is `unknown`, but for what a lost worker left behind. */
function result(kind: Outcome['kind'], endings: Ending[]): Transition[] {
  const rows = endings.map((ending): Transition => {
    return { on: `result ${kind}`, from: kind === 'unknown' ? HELD : AT_RESULT, ...RESULT, ...ending };
  });
  if (kind !== 'unknown') return rows;
  const late = rows.map((row): Transition => {
    return { ...row, from: ['unknown'], when: { ...row.when, lostWhileSending: true } };
  });
  return [...rows, ...late];
}

/** A call under way ends with it. */
function receipt(kind: Receipt, row: Pick<Transition, 'from' | 'reason' | 'unnamed'>): Transition {
  const end = { attempt: 'closed', maybeSent: 'forgotten', ...ENDED } as const;
  return { on: `receipt ${kind}`, when: { latestAttempt: true }, to: kind, event: 'as given', ...end, ...row };
}

/** A stronger word replaces a weaker one, whichever arrives first. All that is no receipt knows less than any. */
function weakerThan(kind: Receipt): MessageStatus[] {
  const rank = (status: MessageStatus) => (RECEIPTS as readonly MessageStatus[]).indexOf(status);
  return MESSAGE_STATUSES.filter((status) => rank(status) < rank(kind));
}
