import { InputError } from '@outbell/shared/errors.js';
import { checkJson } from '../check-json.js';
import { jsonFault } from '../json-fault.js';
import { fault, type ListFault, type ListRecord, LONGEST_ROW } from './list-record.js';

/** The rows of a list with one JSON object per line; empty lines are none. */
export async function* ndjsonRecords(texts: AsyncIterable<string>): AsyncGenerator<ListRecord> {
  for await (const { line, text } of lines(texts)) {
    yield text === null ? fault(line, 'too_long', `is longer than ${LONGEST_ROW} characters`) : recordOf(line, text);
  }
}

function recordOf(line: number, text: string): ListRecord {
  const parsed = parse(text);
  if (parsed === undefined) return unreadable(line, text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return fault(line, 'wrong_type', 'must be a JSON object: {…}');
  }
  try {
    checkJson(parsed);
  } catch (error) {
    const [first] = error instanceof InputError ? error.errors : [];
    if (!first) throw error;
    return { line, fault: { column: first.field, code: first.code ?? 'invalid', message: first.message } };
  }
  const given = Object.entries(parsed).filter(([, value]) => value !== null);
  return { line, values: Object.fromEntries(given) };
}

/** Where it stops to be JSON is looked for when it is told. */
function unreadable(line: number, text: string): ListFault {
  return {
    line,
    get fault() {
      return fault(line, 'wrong_format', `is not valid JSON ${jsonFault(text)}`.trim()).fault;
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Line {
  /** From 1. */
  line: number;
  /** Null stands for one that is too long, of which nothing is kept. */
  text: string | null;
}

/** Those that are not empty: millions of empty ones cost no more than their bytes. */
async function* lines(texts: AsyncIterable<string>): AsyncGenerator<Line> {
  let line = 1;
  let rest = '';
  let tooLong = false;
  for await (const text of texts) {
    const [first = '', ...others] = text.split('\n');
    rest += tooLong ? '' : first;
    for (const next of others) {
      if (tooLong || rest.length > LONGEST_ROW) yield { line, text: null };
      else if (rest !== '' && rest.trim() !== '') yield { line, text: rest };
      line++;
      rest = next;
      tooLong = false;
    }
    if (rest.length > LONGEST_ROW) [rest, tooLong] = ['', true];
  }
  if (tooLong) yield { line, text: null };
  else if (rest.trim() !== '') yield { line, text: rest };
}
