import { isUtf8 } from 'node:buffer';

/** One entry as Redis gives it: its id, then names and values. */
export type RawEntry = [id: Buffer, fields: Buffer[] | null];

/** An entry, and what its handler gets; no payload: nobody can read it. */
export interface StreamEntry {
  id: string;
  payload: unknown;
  unreadable?: string;
}

/** Writes a wake-up as fields of an entry. */
export function wakeUpFields(ids: readonly string[]): string[] {
  return ['ids', ids.join(',')];
}

/** Writes an event as fields of an entry. */
export function eventFields(event: unknown): string[] {
  return ['event', JSON.stringify(event)];
}

/**
 * Reads an entry: `ids` (a wake-up), `event` (JSON; text that is no JSON goes on as text), or whatever fields it has
 * (`messageId <uuid>` of a plain XADD) as an object of texts.
 */
export function readEntry([idBytes, bytes]: RawEntry): StreamEntry {
  const id = idBytes.toString();
  if (!bytes) return { id, payload: undefined, unreadable: 'deleted' };
  if (!bytes.every((each) => isUtf8(each))) return { id, payload: undefined, unreadable: 'not_utf8' };
  const fields: Record<string, string> = {};
  for (let at = 0; at + 1 < bytes.length; at += 2) fields[String(bytes[at])] = String(bytes[at + 1]);
  const { ids, event } = fields;
  if (event !== undefined) return { id, payload: parsed(event) };
  if (ids !== undefined) return { id, payload: { ids: ids.split(',') } };
  return { id, payload: fields };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
