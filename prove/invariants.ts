import { isTaken } from '../apps/sandbox/src/ledger/ledger-entry.js';
import { type Evidence, openOf, type Row } from './harness/evidence.js';
import { REACH_MS } from './harness/times.js';

/** Clocks are read in several processes, one after the other: none is blamed for less than this, in ms. */
const BLUR_MS = 250;

/** What must hold whatever happened. */
export interface Invariant {
  /** As it is said to people. */
  promise: string;
  /** What breaks it, each in a sentence; empty when it holds. */
  broken(evidence: Evidence): string[];
}

export const INVARIANTS: Invariant[] = [
  { promise: 'every 202 has its row, and every request one message', broken: accepted },
  { promise: 'every message has come to its end, and says why when it is not sent', broken: ended },
  {
    promise: 'nobody gets a message twice: the vendor is called again only after a call that proved not sent',
    broken: calledOnce,
  },
  { promise: 'the timeline agrees with the ledger', broken: timeline },
  { promise: 'no lease outlives its holder’s reach', broken: leases },
];

function accepted({ accepted, repeated, rows }: Evidence): string[] {
  const byRecipient = new Map(rows.map((row) => [row.recipient, row]));
  const lost = [...accepted].filter(([recipient, id]) => byRecipient.get(recipient)?.id !== id);
  const unasked = rows.filter(({ recipient }) => !accepted.has(recipient));
  const changed = [...repeated].filter(([recipient, id]) => accepted.get(recipient) !== id);
  return [
    ...lost.map(([, id]) => `${id} was answered 202 and has no row`),
    ...unasked.map(({ id }) => `${id} is a message nobody was told of`),
    ...(byRecipient.size < rows.length ? [`${rows.length - byRecipient.size} requests have a second row`] : []),
    ...changed.map(([, id]) => `a repeat was told ${id}, not the first answer`),
  ];
}

function ended(evidence: Evidence): string[] {
  const silent = evidence.rows.filter(({ status, reason }) => status !== 'sent' && reason === null);
  return [
    ...openOf(evidence).map(({ id, status, reason }) => `${id} is still ${status} (${reason})`),
    ...silent.map(({ id, status }) => `${id} is ${status} and does not say why`),
  ];
}

function calledOnce({ rows, calls }: Evidence): string[] {
  return rows.flatMap(({ id, attempts }) => {
    const own = calls.get(id) ?? [];
    const outcomes = own.map(({ outcome }) => outcome);
    // After any of these the vendor may have it, so that nobody may call again. The others are no's that the caller has heard.
    const mayHaveIt = outcomes.findIndex((outcome) => isTaken(outcome) || outcome === 'hung');
    return [
      ...(outcomes.filter(isTaken).length > 1 ? [`${id} was taken twice: ${outcomes.join(', ')}`] : []),
      ...(mayHaveIt >= 0 && mayHaveIt < own.length - 1 ? [`${id} was called for again: ${outcomes.join(', ')}`] : []),
      ...(own.length > attempts ? [`${id} was called for ${own.length} times in ${attempts} attempts`] : []),
    ];
  });
}

function timeline({ rows, events, calls }: Evidence): string[] {
  return rows.flatMap((row) => {
    const types = (events.get(row.id) ?? []).map(({ type }) => type);
    const isTakenByVendor = (calls.get(row.id) ?? []).some(({ outcome }) => isTaken(outcome));
    const told = `${row.id} is ${row.status} with the timeline ${types.join(', ')}`;
    return [
      ...(row.status === 'sent' && !isTakenByVendor ? [`${told}, and the vendor has not got it`] : []),
      ...(isTakenByVendor && !['sent', 'unknown'].includes(row.status) ? [`${told}, and the vendor has got it`] : []),
      ...(isConsistent(row, types) ? [] : [told]),
    ];
  });
}

/** It begins with its acceptance, says `sent` once at most, and ends with what the message is. */
function isConsistent({ status }: Row, types: string[]): boolean {
  if (types[0] !== 'queued' || types.filter((type) => type === 'sent').length > 1) return false;
  return ['queued', 'processing', 'sending'].includes(status) || types.at(-1) === status;
}

function leases({ rows, attempts, calls, longestLeaseMs }: Evidence): string[] {
  const held = rows.filter((row) => row.held && !['processing', 'sending'].includes(row.status));
  const late = rows.filter(({ id }) => {
    const ends = Math.max(...(attempts.get(id) ?? [])) + REACH_MS + BLUR_MS;
    return (calls.get(id) ?? []).some(({ time }) => Date.parse(time) > ends);
  });
  return [
    ...(longestLeaseMs > REACH_MS + BLUR_MS ? [`a lease had ${Math.round(longestLeaseMs)} ms to run`] : []),
    ...held.map(({ id, status }) => `${id} is ${status} and still leased`),
    ...late.map(({ id }) => `${id} was called for after its lease had ended`),
  ];
}
