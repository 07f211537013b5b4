import { closest } from '@outbell/shared/closest.js';
import { type FieldError, InputError } from '@outbell/shared/errors.js';
import { type CsvError, type Info, parse, type Parser } from 'csv-parse';
import { Readable } from 'node:stream';
import { unguarded } from './formula-guard.js';
import { fault, type ListColumns, type ListFault, type ListRecord, LONGEST_ROW } from './list-record.js';

const DELIMITERS = [',', ';', '\t'];

/** Many more than are known: each is looked for among the others, and what it may have meant among the known ones. */
const MOST_COLUMNS = 100;

/** Of one row: more end the list before the parser makes millions of them. */
const MOST_VALUES = 1_000;

/** What Excel writes, and reads, before the header, to say what stands between the values. */
const SEPARATOR_LINE = /^sep=([^\w"\s]|\t)[ \t]*(?:\r\n|\n|\r)/i;

/** Characters that the parser is given at once: some ms of its work. */
const PIECE = 8_192;

interface ParsedRow {
  record: string[];
  info: Info;
}

/**
 * The rows of a CSV file: a header that names its columns, then values, with commas, semicolons or tabs between them,
 * as its header has it, or what a line `sep=;` before it says.
 *
 * @throws {InputError} for a header that names a column that is not known, or twice, or not one that is required; for a
 * row of very many values
 */
export async function* csvRecords(texts: AsyncGenerator<string>, columns: ListColumns): AsyncGenerator<ListRecord> {
  const head = await upToFirstLine(texts);
  const faults: ListFault[] = [];
  const separator = SEPARATOR_LINE.exec(head)?.[1];
  const delimiter = separator ?? delimiterOf(head);
  const parser = withoutStacks(parserOf(head, delimiter, (skipped) => faults.push(skipped)));
  let broken: Error | undefined;
  const source = Readable.from(bounded(joined(head, texts), delimiter));
  source.on('error', (error) => {
    broken = error;
    parser.end();
  });
  source.pipe(parser);
  try {
    let header: string[] | undefined;
    // Held until another follows: where the text breaks off, the last row is half of one.
    let held: ListRecord | undefined;
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      yield* faults.splice(0);
      if (held) yield held;
      if (header) held = rowOf(record, header, info.lines - breaksIn(record));
      else header = checkHeader(record, columns);
    }
    if (broken) throw broken;
    if (held) yield held;
    if (!header)
      throw faults[0] ? asInputError(faults[0]) : InputError.forField('body', 'has no header line', 400, 'required');
    yield* faults.splice(0);
  } finally {
    source.destroy();
  }
}

function parserOf(head: string, delimiter: string, skipped: (fault: ListFault) => void): Parser {
  return parse({
    delimiter,
    // Files that several programs wrote have several. A lone CR ends lines where nothing else does.
    record_delimiter: head.includes('\n') ? ['\r\n', '\n'] : ['\r\n', '\n', '\r'],
    ...(SEPARATOR_LINE.test(head) && { from_line: 2 }),
    info: true,
    relax_column_count: true,
    // A quote out of place is then part of its value, and harms no row but its own.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_ROW,
    on_skip: (error) => {
      if (error) skipped(faultOf(error));
    },
  });
}

/**
 * The parser makes an error of each row of another length than the first, and keeps it for nobody: its stack is most of
 * what that takes.
 */
function withoutStacks(parser: Parser): Parser {
  const transform = parser._transform.bind(parser);
  parser._transform = (...given) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      transform(...given);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  return parser;
}

async function upToFirstLine(texts: AsyncGenerator<string>): Promise<string> {
  let head = '';
  while (!head.includes('\n') && head.length < LONGEST_ROW) {
    const next = await texts.next();
    if (next.done) break;
    head += next.value;
  }
  return head;
}

/** In small pieces: the parser makes all the rows of a piece at once, whether or not anybody still wants them. */
async function* joined(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield* pieces(head);
  for await (const text of rest) yield* pieces(text);
}

/**
 * Ends the text within a row of very many values.
 *
 * @throws {InputError} there
 */
async function* bounded(texts: AsyncGenerator<string>, delimiter: string): AsyncGenerator<string> {
  const [between, quote, newline] = [delimiter, '"', '\n'].map((character) => character.charCodeAt(0));
  let values = 1;
  let quoted = false;
  for await (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) quoted = !quoted;
      else if (quoted) continue;
      else if (code === newline) values = 1;
      else if (code === between && ++values > MOST_VALUES) {
        yield text.slice(0, at);
        throw InputError.forField('body', `has more than ${MOST_VALUES} values in a row`, 400, 'too_long');
      }
    }
    yield text;
  }
}

function* pieces(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
}

/** Finds the delimiter that stands most often in the header. */
function delimiterOf(head: string): string {
  const line = head.split('\n', 1)[0] ?? '';
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

function checkHeader(record: string[], { known, required, ignored }: ListColumns): string[] {
  if (record.length > MOST_COLUMNS) {
    const text = `names more than ${MOST_COLUMNS} columns; known are ${known.join(', ')}`;
    throw InputError.forField('header', text, 400, 'too_long');
  }
  const names = record.map((name) => name.trim().toLowerCase());
  const errors: FieldError[] = [];
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) errors.push({ field: name, message: 'is named twice', code: 'duplicate' });
    else if (!known.includes(name) && !ignored.includes(name)) errors.push(unknownColumn(name, known));
  }
  for (const name of required) {
    if (!names.includes(name))
      errors.push({ field: name, message: 'is required: the header names no such column', code: 'required' });
  }
  if (errors.length > 0) throw new InputError(errors.slice(0, 100));
  return names;
}

function unknownColumn(name: string, known: readonly string[]): FieldError {
  const near = closest(name, known);
  const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
  return { field: name.slice(0, 100) || 'header', message: `is not a known column; ${hint}`, code: 'unknown_property' };
}

function rowOf(record: string[], header: string[], line: number): ListRecord {
  if (record.length !== header.length) {
    return fault(line, 'wrong_format', `has ${record.length} values, and the header ${header.length} columns`);
  }
  const values: Record<string, string> = {};
  for (const [index, name] of header.entries()) {
    const text = unguarded((record[index] as string).trim());
    if (text.includes('\0')) return fault(line, 'wrong_format', 'holds a NUL character');
    if (text !== '') values[name] = text;
  }
  return { line, values };
}

/** A record ends on a later line than it begins where its values have line breaks. */
function breaksIn(record: string[]): number {
  return record.reduce((sum, value) => sum + (value.match(/\n/g)?.length ?? 0), 0);
}

/** The parser's own messages quote the row. */
const WORDS: Partial<Record<CsvError['code'], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is never closed: nothing after it could be read',
  CSV_MAX_RECORD_SIZE: `is longer than ${LONGEST_ROW} characters`,
};

function faultOf(error: CsvError): ListFault {
  const code = error.code === 'CSV_MAX_RECORD_SIZE' ? 'too_long' : 'wrong_format';
  return fault(Number(error['lines']) || 1, code, WORDS[error.code] ?? 'is no row of CSV');
}

function asInputError({ fault: { message, code } }: ListFault): InputError {
  return new InputError([{ field: 'header', message, ...(code && { code }) }]);
}
