import { stringify } from 'csv-stringify/sync';
import { InputError } from '@outbell/shared/errors.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { Readable } from 'node:stream';
import type { PageQuery } from '../page.dto.js';
import { guarded } from './formula-guard.js';
import { CSV, NDJSON, NDJSON_TYPES } from './list-body.js';

/** Rows that are read by one statement. */
const PAGE = 1_000;

type ReadPage<Row> = (page: PageQuery) => Promise<Row[]>;

/**
 * Sends a whole list, newest first, a page at a time: as NDJSON to who prefers it, else as CSV, in which no value
 * passes for a formula.
 *
 * @param columns those of the CSV
 * @throws {InputError} for a query: a condition that nothing heeds would look like a list that keeps to it
 */
export async function sendList<Row extends { id: string }>(
  reply: FastifyReply,
  columns: string[],
  readPage: ReadPage<Row>,
): Promise<void> {
  refuseQuery(reply.request);
  const json = prefersJson(reply.request);
  const write = json ? ndjson : (rows: Row[]) => csv(rows.map((row) => columns.map((name) => cell(row, name))));
  const head = json ? '' : csv([columns]);
  await reply
    .type(json ? NDJSON : `${CSV}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${json ? 'list.ndjson' : 'list.csv'}"`)
    .send(Readable.from(pages(head, write, readPage), { objectMode: false }));
}

function refuseQuery({ query }: FastifyRequest): void {
  const message = 'is not a known property; an export takes none, it is the whole list';
  const errors = Object.keys(query as object).map((field) => ({ field, message, code: 'unknown_property' as const }));
  if (errors.length > 0) throw new InputError(errors);
}

/** By the weights of `Accept` (RFC 9110, 12.5.1). Who likes both the same, or neither, gets CSV. */
function prefersJson({ headers: { accept = '*/*' } }: FastifyRequest): boolean {
  const [preferred = CSV] = new Negotiator({ headers: { accept } }).mediaTypes([CSV, ...NDJSON_TYPES]);
  return preferred !== CSV;
}

async function* pages<Row extends { id: string }>(
  head: string,
  write: (rows: Row[]) => string,
  readPage: ReadPage<Row>,
): AsyncGenerator<string> {
  if (head !== '') yield head;
  let cursor: string | undefined;
  do {
    const rows = await readPage({ limit: PAGE, ...(cursor !== undefined && { cursor }) });
    if (rows.length > 0) yield write(rows);
    cursor = rows.length < PAGE ? undefined : rows.at(-1)?.id;
  } while (cursor !== undefined);
}

function ndjson(rows: object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function csv(rows: string[][]): string {
  return stringify(rows, { record_delimiter: 'windows' });
}

function cell(row: object, name: string): string {
  const value = (row as Record<string, unknown>)[name] ?? '';
  return guarded(typeof value === 'string' ? value : JSON.stringify(value));
}
