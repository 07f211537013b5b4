import { stringify } from 'csv-stringify/sync';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { guarded } from './formula-guard.js';
import { CSV, NDJSON } from './list-body.js';

/** Rows that are read by one statement. */
const PAGE = 1_000;

/** @param before id of the last row of the page before */
type ReadPage<Row> = (limit: number, before: string | undefined) => Promise<Row[]>;

/**
 * Sends a whole list, newest first, a page at a time: as NDJSON to who asks for it, else as CSV, in which no value passes for a formula.
 *
 * @param columns those of the CSV
 */
export async function sendList<Row extends { id: string }>(
  reply: FastifyReply,
  columns: string[],
  readPage: ReadPage<Row>,
): Promise<void> {
  const json = /ndjson|jsonl/i.test(reply.request.headers.accept ?? '');
  const write = json ? ndjson : (rows: Row[]) => csv(rows.map((row) => columns.map((name) => cell(row, name))));
  const head = json ? '' : csv([columns]);
  await reply
    .type(json ? NDJSON : `${CSV}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${json ? 'list.ndjson' : 'list.csv'}"`)
    .send(Readable.from(pages(head, write, readPage), { objectMode: false }));
}

async function* pages<Row extends { id: string }>(
  head: string,
  write: (rows: Row[]) => string,
  readPage: ReadPage<Row>,
): AsyncGenerator<string> {
  if (head !== '') yield head;
  let before: string | undefined;
  do {
    const rows = await readPage(PAGE, before);
    if (rows.length > 0) yield write(rows);
    before = rows.length < PAGE ? undefined : rows.at(-1)?.id;
  } while (before !== undefined);
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
