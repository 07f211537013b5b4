/** `{"messages": [`, up to its first item. Only plain names: what any other leads to is the parser's business. */
const HEAD = /^[ \t\n\r]*\{[ \t\n\r]*"([a-z]+)"[ \t\n\r]*:[ \t\n\r]*\[/;
const TAIL = /^\][ \t\n\r]*\}[ \t\n\r]*$/;
const MAX_HEAD = 100;
const MAX_TAIL = 100;

/** More are refused anyway. */
const MAX_ITEMS = 10_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];

/**
 * Parses a body that holds nothing but one list, item by item. The text of a whole batch is a string so large that V8 keeps it apart, and
 * takes most of the time of parsing it for that.
 *
 * An item is what stands between two commas, and valid JSON by itself. If all are, and nothing else is there, then so is the whole, and its
 * value is theirs: whatever was taken for an item by mistake does not parse.
 *
 * @param body valid UTF-8
 * @returns what JSON.parse makes of it; undefined when it is of another form, or no JSON
 */
export function parseList(body: Buffer): object | undefined {
  const [head, name = ''] = HEAD.exec(body.toString('latin1', 0, MAX_HEAD)) ?? [];
  if (head === undefined) return undefined;
  const ends = itemEnds(body, head.length);
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

/** @returns where each item ends; undefined when something comes after the list, or there are too many */
function itemEnds(body: Buffer, start: number): number[] | undefined {
  const ends: number[] = [];
  let depth = 0;
  for (let at = start; at < body.length; at++) {
    const byte = body[at] as number;
    if (byte === QUOTE) at = closingQuote(body, at);
    else if (byte === COMMA) {
      if (depth === 0 && ends.push(at) > MAX_ITEMS) return undefined;
    } else if (byte === OPENING[0] || byte === OPENING[1]) depth++;
    else if (byte === CLOSING[0] || byte === CLOSING[1]) {
      if (depth-- > 0) continue;
      ends.push(at);
      return body.length - at <= MAX_TAIL && TAIL.test(body.toString('latin1', at)) ? ends : undefined;
    }
  }
  return undefined;
}

function closingQuote(body: Buffer, opening: number): number {
  let at = opening + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}
