import { LOST_LEASE_LIMIT } from '@outbell/planning/lost-lease-limit.js';
import { type Receipt, RECEIPTS } from '@outbell/planning/receipts.js';
import type { MessageStatus } from '@outbell/shared/constants/message-status.js';
import type { Call, Entry, MessageWorld } from './message-world.js';

/**
 * The diagram of docs/architecture.md as a table: what may follow what. Besides, a vendor's word that it took the
 * latest attempt may come at any time, whatever we thought of it: receipts lead from every status to a stronger one.
 */
export const MOVES: Record<MessageStatus, MessageStatus[]> = {
  queued: ['processing', 'canceled', 'sent'],
  processing: ['queued', 'sending', 'failed', 'suppressed', 'expired'],
  sending: ['queued', 'sent', 'failed', 'unknown'],
  unknown: ['queued', 'sent', 'failed'],
  failed: ['queued'],
  expired: ['queued'],
  suppressed: [],
  canceled: [],
  sent: [],
  delivered: [],
  bounced: [],
  complained: [],
};

/** Where a message may stay for ever. */
export const RESTING: readonly MessageStatus[] = [
  'unknown',
  'failed',
  'expired',
  'suppressed',
  'canceled',
  ...RECEIPTS,
];

const UNSENT: readonly MessageStatus[] = ['failed', 'expired', 'suppressed', 'canceled'];

const NEED_NO_REASON: readonly MessageStatus[] = ['queued', 'processing', 'sending', 'sent', 'delivered'];

/** What is wrong with what has happened in a world; empty when nothing is. */
export function violations(world: MessageWorld, attempts: number): string[] {
  return [...world.trace.flatMap((entry) => wrongSteps(entry, attempts, world.keyed)), ...wrongCalls(world)];
}

function wrongSteps(entry: Entry, policyAttempts: number, keyed: boolean): string[] {
  const { event, before, after } = entry;
  const isHeld = after.status === 'processing' || after.status === 'sending';
  // Calls whose workers died are repeated whatever the policy says, as long as not too many die.
  const limit = (after.attemptLimit ?? policyAttempts) + (keyed ? LOST_LEASE_LIMIT : 0);
  const wrong = {
    'the fence grows with a claim, by one, and by nothing else':
      after.fence - before.fence !== (event.type === 'claim' && after !== before ? 1 : 0),
    'who holds an old fence changes nothing': 'fence' in event && event.fence !== before.fence && after !== before,
    'a move that is not in the diagram': !mayFollow(entry, keyed),
    'an end without a reason': after.reason === null && !NEED_NO_REASON.includes(after.status),
    'a reason beside what was sent': after.reason !== null && (after.status === 'sent' || after.status === 'delivered'),
    'a lease without a holder, or a holder without a lease': isHeld !== (after.lease !== null),
    'attempts out of bounds': after.attempts < after.failovers || after.attempts - after.failovers > limit,
    'what may have been sent is called unsent': after.maybeSent && UNSENT.includes(after.status),
    'what is known to be sent is to be sent again': event.type === 'settle' && isLostProof(entry),
  };
  return Object.entries(wrong)
    .filter(([, isWrong]) => isWrong)
    .map(([name]) => `${name}: ${JSON.stringify(entry)}`);
}

/** What was repeated in vain, nobody knows of; it may be noticed before the next call as well. */
function mayFollow({ event, before, after }: Entry, keyed: boolean): boolean {
  if (before.status === after.status) return true;
  if (event.type === 'receipt') return rank(after.status) > rank(before.status);
  return MOVES[before.status].includes(after.status) || (keyed && isGivenUp(before.status, after.status));
}

function isGivenUp(before: MessageStatus, after: MessageStatus): boolean {
  return before === 'processing' && after === 'unknown';
}

/** -1 where no vendor has said that it took it. */
function rank(status: MessageStatus): number {
  return RECEIPTS.indexOf(status as Receipt);
}

/**
 * The vendor's yes to the latest attempt. Where the tenant has canceled its own retry meanwhile, the attempt alone
 * tells of it.
 */
function isLostProof({ event, before, after }: Entry): boolean {
  if (event.type !== 'settle' || event.outcome.kind !== 'sent') return false;
  if (event.fence !== before.fence || event.attempt !== before.attempts) return false;
  return rank(after.status) < 0 && after.status !== 'canceled';
}

/** What is wrong with what the vendor saw. */
export function wrongCalls({ calls, trace, keyed }: MessageWorld): string[] {
  const marks = trace.flatMap(({ event, before, after }) =>
    event.type === 'mark' && after !== before ? [`${event.fence}:${after.attempts}`] : [],
  );
  const called = calls.map(({ fence, attempt }) => `${fence}:${attempt}`);
  const wrong = {
    'a call without a mark': called.some((call) => !marks.includes(call)),
    'two calls under one mark': new Set(called).size < called.length || new Set(marks).size < marks.length,
    'a second call although the first may have been taken':
      !keyed && calls.some((call, index) => isRash(call, calls[index + 1])),
  };
  return Object.entries(wrong)
    .filter(([, isWrong]) => isWrong)
    .map(([name]) => `${name}: ${JSON.stringify(calls)}`);
}

function isRash(call: Call, following: Call | undefined): boolean {
  return following !== undefined && !call.proven && following.retries === call.retries;
}
