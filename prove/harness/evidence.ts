import { until } from '../../test/support/until.js';
import type { LedgerEntry } from './ledger.js';
import type { Stage } from './stage.js';
import { PATIENCE_MS } from './times.js';

/** A message as the database tells it. Times in ms since 1970. */
export interface Row {
  id: string;
  recipient: string;
  status: string;
  reason: string | null;
  attempts: number;
  held: boolean;
  created: number;
  updated: number;
}

export interface Event {
  type: string;
  reason: string | null;
  at: number;
}

/** A call as the database tells it, `started` in ms since 1970. */
export interface Attempt {
  number: number;
  started: number;
  provider: string;
  connection: string;
  outcome: string;
}

/** All that is known when a run is over: from the API, from the database, and from the vendor. */
export interface Evidence {
  /** Id of each message that was answered 202, by its recipient. */
  accepted: ReadonlyMap<string, string>;
  /** What a second request under the same key was told, by recipient. */
  repeated: ReadonlyMap<string, string>;
  rows: Row[];
  /** By message id, in their order. */
  events: Map<string, Event[]>;
  /** By message id, in their order. */
  attempts: Map<string, Attempt[]>;
  /** What the vendor was asked, by message id, in the order in which the calls ended. */
  calls: Map<string, LedgerEntry[]>;
  /** The longest that any lease had to run, in ms. */
  longestLeaseMs: number;
}

const OPEN = ['queued', 'processing', 'sending'];

/** Waits until every message has come to its end, and gathers what is known. One that never does is evidence too. */
export async function gather(stage: Stage): Promise<Evidence> {
  const { load, chance, leases } = stage;
  const repeated = await load.repeat(chance.shuffled(load.singles).slice(0, 10));
  await until(async () => (await rowsOf(stage)).every(({ status }) => !OPEN.includes(status)), PATIENCE_MS).catch(
    () => undefined,
  );
  await leases.stop();
  const rows = await rowsOf(stage);
  const ids = rows.map(({ id }) => id);
  return {
    accepted: load.accepted,
    repeated,
    rows,
    events: await eventsOf(stage, ids),
    attempts: await attemptsOf(stage, ids),
    calls: callsOf(stage),
    longestLeaseMs: leases.longestMs,
  };
}

/** Those that are neither through nor given up. */
export function openOf({ rows }: Evidence): Row[] {
  return rows.filter(({ status }) => OPEN.includes(status));
}

function rowsOf({ servers, customer }: Stage): Promise<Row[]> {
  return servers.database.query<Row[]>(
    `SELECT id, recipient, status, reason, attempts, lease_until IS NOT NULL AS held,
       ${milliseconds('created_at')} AS created, ${milliseconds('updated_at')} AS updated
     FROM message WHERE tenant_id = $1`,
    [customer.tenantId],
  );
}

async function eventsOf({ servers }: Stage, ids: string[]): Promise<Map<string, Event[]>> {
  const events = await servers.database.query<(Event & { id: string })[]>(
    `SELECT message_id AS id, type, reason, ${milliseconds('at')} AS at FROM message_event
     WHERE message_id = ANY($1) ORDER BY message_id, at, message_event.id`,
    [ids],
  );
  return Map.groupBy(events, ({ id }) => id);
}

async function attemptsOf({ servers }: Stage, ids: string[]): Promise<Map<string, Attempt[]>> {
  const attempts = await servers.database.query<(Attempt & { id: string })[]>(
    `SELECT message_id AS id, number, ${milliseconds('started_at')} AS started, provider, connection_id AS connection,
      outcome
     FROM message_attempt WHERE message_id = ANY($1) ORDER BY message_id, number`,
    [ids],
  );
  return Map.groupBy(attempts, ({ id }) => id);
}

/** Those that ended before the message's id was told were none of any message. */
function callsOf({ calls }: Stage): Map<string, LedgerEntry[]> {
  const told = calls.flatMap((call) => (call.message_id === null ? [] : [{ ...call, id: call.message_id }]));
  return Map.groupBy(told, ({ id }) => id);
}

function milliseconds(column: string): string {
  return `extract(epoch FROM ${column})::float8 * 1000`;
}
