import { type FieldError, InputError } from '@outbell/shared/errors.js';
import type { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import { csvRecords } from './csv-records.js';
import { decodeText } from './decode-text.js';
import type { ListBody } from './list-body.js';
import type { ImportDto } from './list-import.dto.js';
import type { ListColumns, ListFault, ListRecord } from './list-record.js';
import { ndjsonRecords } from './ndjson-records.js';

/** The most rows of one list. */
export const MOST_ROWS = 100_000;

/** Rows that are stored by one statement. */
const BATCH = 1_000;

const MOST_ERRORS = 100;

/** Work after which the event loop has its turn, in ms. */
const SLICE_MS = 10;

/** What became of the rows of a batch; those that are neither were there as they are. */
export interface Stored {
  created: number;
  updated: number;
}

/** What a list is made of, and where it goes. */
export interface ListKind<Row> extends ListColumns {
  /**
   * @param values but the ignored ones
   * @param mostErrors that are told
   * @throws {InputError} naming the columns that are wrong, or none of them
   */
  read(values: Record<string, unknown>, mostErrors: number): Row;
  store(rows: Row[]): Promise<Stored>;
}

/**
 * Reads a list row by row, in slices between which everybody else is answered, and stores its sound rows a thousand at
 * a time: no more of it is ever held. A bad row stops no other; those beyond the errors that are told are counted
 * alone. What was stored stays when it ends early; the same list again changes nothing of it.
 *
 * @throws {InputError} when it has no header that can be read
 */
export async function importList<Row>(list: ListBody, kind: ListKind<Row>, loop: EventLoop): Promise<ImportDto> {
  try {
    return await importRows(list, kind, loop);
  } finally {
    // What is left is read and dropped, also once the last reader has gone: the sender's connection is free then.
    list.stream.on('data', () => undefined).resume();
  }
}

async function importRows<Row>(
  { format, charset, stream }: ListBody,
  kind: ListKind<Row>,
  loop: EventLoop,
): Promise<ImportDto> {
  // A stream that is destroyed would take the connection with it, and the answer.
  const texts = decodeText(stream.iterator({ destroyOnReturn: false }), charset);
  const records = format === 'csv' ? csvRecords(texts, kind) : ndjsonRecords(texts);
  const tally = new Tally();
  let batch: Row[] = [];
  const store = async () => {
    const rows = batch;
    batch = [];
    if (rows.length > 0) tally.store(rows.length, await kind.store(rows));
  };
  for await (const record of inSlices(untilItBreaks(records, tally), loop)) {
    if ('fault' in record) {
      tally.refuse(record);
      continue;
    }
    const row = tally.read(record.line, (mostErrors) => kind.read(withoutIgnored(record.values, kind), mostErrors));
    if (row === undefined) continue;
    if (batch.push(row) >= BATCH) await store();
  }
  await store();
  return tally.shown();
}

/** Ends early, with the reason told, after the most rows there may be or where the text itself cannot be read on. */
async function* untilItBreaks(records: AsyncIterable<ListRecord>, tally: Tally): AsyncGenerator<ListRecord> {
  let line = 0;
  let rows = 0;
  try {
    for await (const record of records) {
      line = record.line;
      if (++rows > MOST_ROWS) {
        tally.end(line, `is beyond ${MOST_ROWS} rows; send the rest as another list`, 'too_long');
        return;
      }
      yield record;
    }
  } catch (error) {
    // Of a header, or a text that never became a row: nothing was stored.
    if (!(error instanceof InputError) || rows === 0) throw error;
    const [first] = error.errors;
    tally.end(line + 1, first?.message ?? 'cannot be read', first?.code);
  }
}

/** Lets the event loop have its turn after each slice: a list that is all here already would be read in one go. */
async function* inSlices<T>(items: AsyncIterable<T>, loop: EventLoop): AsyncGenerator<T> {
  let beganAt = performance.now();
  for await (const item of items) {
    if (performance.now() - beganAt >= SLICE_MS) {
      await loop.rest();
      beganAt = performance.now();
    }
    yield item;
  }
}

function withoutIgnored<Row>(values: Record<string, unknown>, { ignored }: ListKind<Row>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !ignored.includes(name)));
}

/** Counts what becomes of each row, and keeps the first errors. */
class Tally {
  private readonly errors: ListFault[] = [];
  private readonly counts = { accepted: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 };
  private faults = 0;
  private complete = true;

  store(rows: number, { created, updated }: Stored): void {
    this.counts.accepted += rows;
    this.counts.created += created;
    this.counts.updated += updated;
    this.counts.unchanged += rows - created - updated;
  }

  /** @returns the row, or undefined when it is refused */
  read<Row>(line: number, read: (mostErrors: number) => Row): Row | undefined {
    try {
      return read(MOST_ERRORS - this.errors.length);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.counts.rejected++;
      if (error.errors.length === 0) this.faults++;
      for (const { field, ...fault } of error.errors) this.note({ line, fault: { column: field, ...fault } });
      return undefined;
    }
  }

  refuse(record: ListFault): void {
    this.counts.rejected++;
    this.note(record);
  }

  end(line: number, message: string, code: FieldError['code'] = 'invalid'): void {
    this.complete = false;
    this.note({ line, fault: { column: null, message, code } });
  }

  shown(): ImportDto {
    const errors = this.errors.sort((a, b) => a.line - b.line);
    return {
      ...this.counts,
      complete: this.complete,
      errors: errors.map(({ line, fault: { column, code = 'invalid', message } }) => ({ line, column, code, message })),
      errors_truncated: this.faults > this.errors.length,
    };
  }

  /** Why it ended early is always told. */
  private note(record: ListFault): void {
    this.faults++;
    const { line } = record;
    if (this.errors.length < MOST_ERRORS) this.errors.push({ line, fault: record.fault });
    else if (!this.complete) this.errors[MOST_ERRORS - 1] = record;
  }
}
