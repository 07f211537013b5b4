import { withSourcePositions } from './source-positions.js';

/** Stands where an address, a secret or a content was. */
export const REDACTED = '[redacted]';

/** Fields that never reach a log, at whatever depth: who is written to, what is written, what opens a door. */
const REDACTED_FIELDS = new Set([
  'to',
  'recipient',
  'address',
  'email',
  'phone',
  'authorization',
  'cookie',
  'credentials',
  'password',
  'pass',
  'secret',
  'token',
  'endpoint',
  'apikey',
  'html',
  'text',
  'subject',
  'content',
  'variables',
  'metadata',
  'body',
  'parameters',
  'whatsapptemplate',
  'attributes',
  'audio',
]);
const MAX_DEPTH = 6;

/** Longer texts are cut: a line is for reading, and the shapes below cost time. */
const MAX_TEXT = 10_000;

/**
 * Addresses and secrets that may stand inside a sentence: of an error, of a vendor's reply. Each begins at a boundary,
 * so that a long run of letters is walked once.
 */
const SHAPES: [RegExp, string][] = [
  [/\b(\w+:\/\/)[^\s/@]+@/g, `$1${REDACTED}@`],
  [/"[^"\n]*"@\S+/g, REDACTED],
  [/(?<![^\s"'<>()[\]{},;:=])[^\s"'<>()[\]{},;:=@]+@[^\s"'<>()[\]{},;:=]+/g, REDACTED],
  [/\bob_(live|test)_([0-9A-Za-z]{12})_[0-9A-Za-z]+/g, `ob_$1_$2_${REDACTED}`],
  [/\b(Bearer|Basic)\s+[^\s"',]+/gi, `$1 ${REDACTED}`],
  [/\+\d[\d ()-]{6,}\d/g, REDACTED],
  // A token of FCM; a browser's subscription, also where it is a text within JSON.
  [/(?<![\w-])[\w-]+:APA91b[\w-]+/g, REDACTED],
  [/\{\s*\\?"endpoint\\?"[^}]*\}*/g, REDACTED],
];

/** What each of the shapes has. */
const SUSPECT = /[@+]|ob_|bearer|basic|APA91b|"endpoint/i;

/** A text without what looks like an address, a phone number, a key or a password in a URL. */
export function scrubText(text: string): string {
  const start = text.slice(0, MAX_TEXT);
  if (!SUSPECT.test(start)) return start;
  return SHAPES.reduce((scrubbed, [shape, instead]) => scrubbed.replace(shape, instead), start);
}

/** A copy that may be logged: named fields emptied, every text scrubbed, errors reduced to what helps. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth > MAX_DEPTH) return '[deeper]';
  if (value instanceof Error) return scrubError(value, depth);
  if (ArrayBuffer.isView(value)) return '[bytes]';
  if (Array.isArray(value)) return value.map((item) => scrub(item, depth + 1));
  return scrubFields(value, {}, depth);
}

/** Adds the fields of an object to a line, as they may be logged. @returns the line */
export function scrubFields(fields: object, line: Record<string, unknown>, depth = 0): object {
  for (const name of Object.keys(fields)) {
    // Assigned to, it would not be a field.
    if (name === '__proto__') continue;
    line[name] = isRedacted(name) ? REDACTED : scrub((fields as Record<string, unknown>)[name], depth + 1);
  }
  return line;
}

/** What the names that lines have again and again came out as. */
const judged = new Map<string, boolean>();
const MAX_JUDGED = 1_000;

function isRedacted(name: string): boolean {
  let redacted = judged.get(name);
  if (redacted === undefined) {
    redacted = REDACTED_FIELDS.has(name.toLowerCase().replaceAll('_', ''));
    if (judged.size < MAX_JUDGED) judged.set(name, redacted);
  }
  return redacted;
}

/** Type, message, stack, code and cause: other properties of an error (a query's parameters, a request) hold data. */
function scrubError(error: Error & { code?: unknown }, depth: number): object {
  return {
    type: error.name,
    message: scrubText(withoutQuotedValue(error.message)),
    stack: scrubText(withSourcePositions(withoutQuotedValue(error.stack ?? ''))),
    ...(error.code !== undefined && { code: error.code }),
    ...(error.cause !== undefined && { cause: scrub(error.cause, depth + 1) }),
  };
}

/** PostgreSQL, JSON.parse and others end `invalid input syntax for type uuid: "…"` with the input itself. */
function withoutQuotedValue(text: string): string {
  return text.slice(0, MAX_TEXT).replace(/: "[^\n]*"/g, `: "${REDACTED}"`);
}
