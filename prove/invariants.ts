import { isTaken } from '../apps/sandbox/src/ledger/ledger-entry.js';
import { type Evidence, openOf, type Row } from './harness/evidence.js';
import type { LedgerEntry } from './harness/ledger.js';
import { REACH_MS } from './harness/times.js';

/** Clocks are read in several processes, one after the other: none is blamed for less than this, in ms. */
const BLUR_MS = 250;

/** Vendors that take a repeat under the same key once (class A of VENDORS). */
const TAKES_ONCE = new Set(['resend']);

/** What must hold whatever happened. */
export interface Invariant {
  /** As it is said to people. */
  promise: string;
  /** What breaks it, each in a sentence; empty when it holds. */
  broken(evidence: Evidence): string[];
}

export const INVARIANTS: Invariant[] = [
  { promise: 'every 202 has its row, and every request one message', broken: accepted },
  { promise: 'every message has come to its end, and says why when it is not sent or delivered', broken: ended },
  {
    promise:
      'nobody gets a message twice: a vendor, or another one, is called again only after a call that proved not sent',
    broken: calledOnce,
  },
  {
    promise:
      'where nobody can know, only a vendor that takes a repeat once (Resend) is called again: the same one, with ' +
      'the same bytes under the same key',
    broken: repeats,
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
  const silent = evidence.rows.filter(({ status, reason }) => !isThrough(status) && reason === null);
  return [
    ...openOf(evidence).map(({ id, status, reason }) => `${id} is still ${status} (${reason})`),
    ...silent.map(({ id, status }) => `${id} is ${status} and does not say why`),
  ];
}

function calledOnce({ rows, calls }: Evidence): string[] {
  return rows.flatMap(({ id, attempts }) => {
    const own = calls.get(id) ?? [];
    const told = own.map(({ vendor, outcome }) => `${vendor} ${outcome}`).join(', ');
    const first = own.findIndex(mayHaveIt);
    const again = first < 0 ? [] : own.slice(first + 1).filter((call) => !isRepeat(call.vendor, own[first]?.vendor));
    return [
      ...(own.filter(({ outcome }) => isTaken(outcome)).length > 1 ? [`${id} was taken twice: ${told}`] : []),
      ...(again.length > 0 ? [`${id} was called for again: ${told}`] : []),
      ...(own.length > attempts ? [`${id} was called for ${own.length} times in ${attempts} attempts`] : []),
    ];
  });
}

/** After such a call nobody else may call. The others are no's that the caller has heard. */
function mayHaveIt({ vendor, outcome }: LedgerEntry): boolean {
  // Over HTTP a line that is cut tells nobody whether the request had come.
  const isCut = outcome === 'dropped_before' && vendor !== 'smtp';
  return isTaken(outcome) || outcome === 'hung' || isCut;
}

function isRepeat(vendor: string, former: string | undefined): boolean {
  return vendor === former && TAKES_ONCE.has(vendor);
}

function repeats({ rows, attempts, calls }: Evidence): string[] {
  return rows.flatMap(({ id }) => {
    const own = attempts.get(id) ?? [];
    const unknown = own.find(({ outcome }) => outcome === 'unknown');
    const later = own.filter(({ number }) => unknown && number > unknown.number);
    const elsewhere = later.some(({ connection }) => connection !== unknown?.connection);
    const otherwise = (calls.get(id) ?? []).filter(({ reply }) => reply?.includes('invalid_idempotent_request'));
    return [
      ...(elsewhere ? [`${id} may have been sent and went another way`] : []),
      ...(unknown && later.length > 0 && !TAKES_ONCE.has(unknown.provider)
        ? [`${id} may have been sent and was attempted again`]
        : []),
      ...(otherwise.length > 0 ? [`${id} was repeated with other bytes`] : []),
    ];
  });
}

function timeline({ rows, events, calls }: Evidence): string[] {
  return rows.flatMap((row) => {
    const types = (events.get(row.id) ?? []).map(({ type }) => type);
    const isTakenByVendor = (calls.get(row.id) ?? []).some(({ outcome }) => isTaken(outcome));
    const told = `${row.id} is ${row.status} with the timeline ${types.join(', ')}`;
    return [
      ...(isThrough(row.status) && !isTakenByVendor ? [`${told}, and the vendor has not got it`] : []),
      ...(isTakenByVendor && !isThrough(row.status) && row.status !== 'unknown'
        ? [`${told}, and the vendor has got it`]
        : []),
      ...(isConsistent(row, types) ? [] : [told]),
    ];
  });
}

function isThrough(status: string): boolean {
  return status === 'sent' || status === 'delivered';
}

/** It begins with its acceptance, says `sent` and `delivered` once at most, and ends with what the message is. */
function isConsistent({ status }: Row, types: string[]): boolean {
  const isTwice = ['sent', 'delivered'].some((told) => types.filter((type) => type === told).length > 1);
  if (types[0] !== 'queued' || isTwice) return false;
  // A vendor tells times by the second: what it tells may stand before what led to it.
  if (status === 'delivered') return types.includes('delivered');
  return ['queued', 'processing', 'sending'].includes(status) || types.at(-1) === status;
}

function leases({ rows, attempts, calls, longestLeaseMs }: Evidence): string[] {
  const held = rows.filter((row) => row.held && !['processing', 'sending'].includes(row.status));
  const late = rows.flatMap(({ id }) => {
    const began = Math.max(...(attempts.get(id) ?? []).map(({ started }) => started));
    return (calls.get(id) ?? [])
      .filter(({ time }) => Date.parse(time) > began + REACH_MS + BLUR_MS)
      .map(({ time, vendor, outcome }) => ({ id, vendor, outcome, ms: Date.parse(time) - Math.round(began) }));
  });
  return [
    ...(longestLeaseMs > REACH_MS + BLUR_MS ? [`a lease had ${Math.round(longestLeaseMs)} ms to run`] : []),
    ...held.map(({ id, status }) => `${id} is ${status} and still leased`),
    ...late.map(
      ({ id, vendor, outcome, ms }) =>
        `${id} was called for after its lease had ended: ${vendor} ${outcome}, ${ms} ms after its last attempt began`,
    ),
  ];
}
