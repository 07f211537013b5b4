import type { VendorRequest } from './submission.js';

/** A form, as it came. */
export function formOf({ rawBody }: VendorRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(rawBody?.toString() ?? ''));
}

/** A JSON object; empty when the body is none. */
export function jsonOf({ body }: VendorRequest): Record<string, unknown> {
  return record(body);
}

/** The object that this is, or an empty one. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text that this is, if it is one. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Of an object, what is text. */
export function texts(value: unknown): Record<string, string> {
  const entries = Object.entries(record(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

/** The address in `Ann <ann@example.org>`. */
export function bareAddress(mailbox: string): string {
  return /<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();
}

export function bearerOf({ headers }: VendorRequest): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** A list such as `[{name, value}]` as an object. */
export function namedValues(value: unknown, name: string, of: string): Record<string, string> {
  const pairs = list(value).map(record);
  return Object.fromEntries(pairs.map((pair) => [text(pair[name]) ?? '', text(pair[of]) ?? '']));
}
