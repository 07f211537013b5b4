import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { setImmediate as immediate } from 'node:timers/promises';

/** What a form on the page of a link, or a mail program by itself, asks for. */
export type Wish = 'unsubscribe' | 'resubscribe';

type Pair = readonly [name: string, value: string];

/** A form of one pair; whoever sends more wants something else. */
const LIMITS = { fields: 20, parts: 20, files: 0, fieldNameSize: 200, fieldSize: 2_000, headerPairs: 20 };
const MOST_PAIRS = 20;

/**
 * Reads what is wished, however a mail program writes it down: RFC 8058 has `List-Unsubscribe=One-Click` as a
 * urlencoded or a multipart form; seen are also part headers, percent-encoded pairs, other letter case, text/plain, no
 * content type at all, and line ends around it.
 *
 * @param body at most some KB: its length is bounded where it is read
 * @returns null when it is nothing of the kind
 */
export async function readWish(body: Buffer, contentType = ''): Promise<Wish | null> {
  if (/^\s*application\/(?:[\w.+-]*\+)?json\b/i.test(contentType)) return null;
  const boundary = boundaryIn(contentType) ?? boundaryOf(body);
  const pairs = boundary === undefined ? pairsOf(body.toString()) : await partsOf(body, boundary);
  for (const [name, value] of pairs.map(([name, value]) => [plain(name), plain(value)] as const)) {
    if (name === 'list-unsubscribe' && value === 'one-click') return 'unsubscribe';
    if (name === 'action' && value === 'resubscribe') return 'resubscribe';
  }
  return null;
}

/** Letter case, quotes and what stands around do not matter. */
function plain(text: string): string {
  return text
    .trim()
    .replace(/^"(.*)"$/s, '$1')
    .trim()
    .toLowerCase();
}

function boundaryIn(contentType: string): string | undefined {
  if (!/^\s*multipart\//i.test(contentType)) return undefined;
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(contentType) ?? [];
  return quoted ?? bare;
}

/** Finds what a multipart form begins with, whatever its type says. */
function boundaryOf(body: Buffer): string | undefined {
  return /^\s*--([^\s"]{1,200})[ \t]*\r?\n/.exec(body.subarray(0, 300).toString('latin1'))?.[1];
}

function pairsOf(text: string): Pair[] {
  const pairs = text.trim().split(/[&;\r\n]+/, MOST_PAIRS);
  return pairs.flatMap((pair) => {
    const [first] = new URLSearchParams(pair);
    if (!first) return [];
    // The whole pair may have been encoded, `=` included.
    const [name, value] = first;
    const [, encodedName, encodedValue] = value === '' ? (/^([^=]*)=(.*)$/s.exec(name) ?? []) : [];
    return [
      first,
      ...(encodedName !== undefined && encodedValue !== undefined ? [[encodedName, encodedValue] as const] : []),
    ];
  });
}

/**
 * A form that is cut off has the parts that came whole. The parser never says that it is done with a part without
 * headers; but it has the whole body, waits for nothing from outside, and so has come as far as it gets before the next
 * turn of the event loop.
 */
async function partsOf(body: Buffer, boundary: string): Promise<Pair[]> {
  const pairs: Pair[] = [];
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` } as BusboyHeaders;
  const parser = new Busboy({ headers, limits: LIMITS, isPartAFile: () => false });
  // A part need not have a name, whatever its type says.
  parser.on('field', (name: string | undefined, value) => pairs.push([name ?? '', value]));
  parser.on('error', () => undefined);
  parser.end(withLineEnds(body));
  await immediate();
  return pairs;
}

/** As multipart has them: some programs send line feeds alone, and white space before the form. */
function withLineEnds(body: Buffer): Buffer {
  const text = body.toString('latin1').trimStart();
  return Buffer.from(text.includes('\r\n') ? text : text.replaceAll('\n', '\r\n'), 'latin1');
}
