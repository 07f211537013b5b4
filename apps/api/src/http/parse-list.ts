import { InputError } from '@outbell/shared/errors.js';
import { closingQuote, tooManyValues } from './json-structure.js';

/** `{"messages": [`, up to its first item. Only plain names: what any other leads to is the parser's business. */
const HEAD = /^[ \t\n\r]*\{[ \t\n\r]*"([a-z]+)"[ \t\n\r]*:[ \t\n\r]*\[/;
const TAIL = /^\][ \t\n\r]*\}[ \t\n\r]*$/;
const MAX_HEAD = 100;
const MAX_TAIL = 100;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/**
 * Parses a body that holds nothing but one list, item by item. The text of a whole batch is a string so large that V8
 * keeps it apart, and takes most of the time of parsing it for that.
 *
 * An item is what stands between two commas, and valid JSON by itself. If all are, and nothing else is there, then so
 * is the whole, and its value is theirs: whatever was taken for an item by mistake does not parse.
 *
 * @param body valid UTF-8
 * @param limits what it may hold
 * @returns what JSON.parse makes of it; undefined when it is of another form, or no JSON
 * @throws {InputError} as soon as it holds more, before anything of it is parsed
 */
export function parseList(body: Buffer, limits: ListLimits): object | undefined {
  const [head, name = ''] = HEAD.exec(body.toString('latin1', 0, MAX_HEAD)) ?? [];
  if (head === undefined) return undefined;
  const ends = itemEnds(body, head.length, (items, values) => {
    if (items > limits.items) throw tooManyItems(name, limits.items);
    if (values > limits.values) throw tooManyValues(limits.values);
  });
  if (ends === undefined) return undefined;
  const items: unknown[] = [];
  let start = head.length;
  try {
    for (const end of ends) {
      items.push(JSON.parse(body.toString('utf8', start, end)));
      start = end + 1;
    }
  } catch {
    return undefined;
  }
  return { [name]: items };
}

export interface ListLimits {
  items: number;
  /** Values, lists and objects, those within items too. */
  values: number;
}

export function tooManyItems(name: string, limit: number): InputError {
  return InputError.forField(name, `has more than ${limit} items`);
}

/**
 * @param check is told how many items and values there are at least, whenever there is one more
 * @returns where each item ends; undefined when something comes after the list
 */
function itemEnds(body: Buffer, start: number, check: (items: number, values: number) => void): number[] | undefined {
  const ends: number[] = [];
  let depth = 0;
  let values = 0;
  for (let at = start; at < body.length; at++) {
    const byte = body[at] as number;
    if (byte === QUOTE) at = closingQuote(body, at);
    else if (byte === COMMA) {
      if (depth === 0) ends.push(at);
      check(ends.length + 1, ++values);
    } else if (byte === OPENING[0] || byte === OPENING[1]) {
      depth++;
      check(ends.length, ++values);
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) {
      if (depth-- > 0) continue;
      ends.push(at);
      return body.length - at <= MAX_TAIL && TAIL.test(body.toString('latin1', at)) ? ends : undefined;
    }
  }
  return undefined;
}
