import { decodedText, decodedWords } from './mime-decoding.js';

/** How deep parts may lie in each other, and how many there may be: bounces are small. */
const DEEPEST = 10;
const MOST_PARTS = 100;
/** What a mail server returns of a message of ours may be all of it. Nothing that matters comes later, in bytes. */
const LONGEST = 2 * 1024 * 1024;
/**
 * Headers of a part, or fields of a block, that are read; and of one of them the characters. Real ones are a tenth of
 * that.
 */
const MOST_FIELDS = 1_000;
const LONGEST_FIELD = 8_000;
/** Of a part's text, what is decoded. */
const LONGEST_TEXT = 600_000;
/** Characters looked through for boundaries in all: each level of parts in parts costs as much as the one around it. */
const MOST_DIVIDED = 2 * LONGEST;

/** A part of a message, or the whole. Lines end with `\n`; its content holds one byte a character. */
export interface MimePart {
  /** By lower-case name, unfolded and undecoded, in their order. */
  headers: ReadonlyMap<string, readonly string[]>;
  /** `text/plain` and the like, in lower case. */
  type: string;
  content: string;
  parts: readonly MimePart[];
}

/** A message in whatever line ends it came. Takes anything: what is no message has no headers. */
export function parseMessage(raw: Buffer): MimePart {
  const text = raw.subarray(0, LONGEST).toString('latin1').replace(/\r\n?/g, '\n');
  // A mailbox file's own line comes first.
  return parsePart(text.replace(/^\s*(?:From .*\n)?/, ''), 0, { left: MOST_PARTS, characters: MOST_DIVIDED });
}

export function headerOf({ headers }: MimePart, name: string): string | undefined {
  const value = headers.get(name)?.[0];
  return value === undefined ? undefined : decodedWords(value);
}

/** Gives what a person reads of a part that is text. */
export function textOfPart(part: MimePart): string {
  const charset = parameterOf(part.headers.get('content-type')?.[0], 'charset');
  const text = decodedText(
    part.content.slice(0, LONGEST_TEXT),
    part.headers.get('content-transfer-encoding')?.[0],
    charset,
  );
  return part.type === 'text/html' ? withoutMarkup(text) : text;
}

/** Bounds on what may still be read of a message. */
interface Budget {
  left: number;
  characters: number;
}

function parsePart(text: string, depth: number, budget: Budget): MimePart {
  const end = text.startsWith('\n') ? 0 : text.indexOf('\n\n');
  const headers = parseHeaders(end === -1 ? text : text.slice(0, end));
  const content = end === -1 ? '' : text.slice(end).replace(/^\n{1,2}/, '');
  const contentType = headers.get('content-type')?.[0];
  const type = /^\s*([\w.+-]+\/[\w.+-]+)/.exec(contentType ?? '')?.[1]?.toLowerCase() ?? 'text/plain';
  const boundary = type.startsWith('multipart/') ? boundaryOf(contentType, content) : undefined;
  const parts =
    boundary === undefined || depth >= DEEPEST || (budget.characters -= content.length) < 0
      ? []
      : divided(content, boundary)
          .filter(() => (budget.left -= 1) >= 0)
          .map((part) => parsePart(part, depth + 1, budget));
  return { headers, type, content, parts };
}

/**
 * Headers, and fields of reports, which are written alike. A line that is neither a header nor its continuation is left
 * out.
 */
export function parseHeaders(text: string): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  let count = 0;
  for (const line of text.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const [, name, value] = /^([\w-]{1,100})[ \t]*:(.*)$/s.exec(line.slice(0, LONGEST_FIELD)) ?? [];
    if (name === undefined || value === undefined) continue;
    if (++count > MOST_FIELDS) break;
    const key = name.toLowerCase();
    const values = headers.get(key);
    if (values) values.push(value.trim());
    else headers.set(key, [value.trim()]);
  }
  return headers;
}

/** Finds the boundary that is named; where a broken header hides it, the first line that looks like one. */
function boundaryOf(contentType: string | undefined, content: string): string | undefined {
  return parameterOf(contentType, 'boundary') ?? /^--(\S.*\S)[ \t]*\n[\w-]+:/m.exec(content)?.[1];
}

function parameterOf(value: string | undefined, name: string): string | undefined {
  const [, quoted, bare] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]+)"|([^\\s;"]+))`, 'i').exec(value ?? '') ?? [];
  return quoted ?? bare;
}

/**
 * The parts between boundaries; what comes before the first and after the last is nobody's. An end that is missing is
 * the end.
 */
function divided(content: string, boundary: string): string[] {
  const parts: string[][] = [];
  let within = false;
  for (const line of content.split('\n')) {
    const bare = line.trimEnd();
    if (bare === `--${boundary}--`) within = false;
    else if (bare === `--${boundary}`) {
      within = true;
      parts.push([]);
    } else if (within) parts.at(-1)?.push(line);
  }
  return parts.map((lines) => lines.join('\n'));
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ', '#39': "'" };

function withoutMarkup(html: string): string {
  return HIDDEN.reduce(withoutElement, html)
    .replace(/<(?:br|p|div|tr|li|h\d|table)\b[^<>]*>/gi, '\n')
    .replace(/<\/?[a-z!][^<>@]*>/gi, ' ')
    .replace(/&(lt|gt|amp|quot|nbsp|#39);/g, (_, name: string) => ENTITIES[name] ?? ' ');
}

/** Elements that nobody reads. */
const HIDDEN = ['style', 'script', 'title'];

/** By search, for a pattern would take long over many that do not end. */
function withoutElement(html: string, name: string): string {
  const lower = html.toLowerCase();
  let [kept, at] = ['', 0];
  for (let begin = lower.indexOf(`<${name}`); begin !== -1; begin = lower.indexOf(`<${name}`, at)) {
    kept += html.slice(at, begin);
    const end = lower.indexOf(`</${name}>`, begin);
    if (end === -1) return kept;
    at = end + name.length + 3;
  }
  return kept + html.slice(at);
}
