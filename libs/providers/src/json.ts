import { UnreadableCallbackError } from './callback.js';

export type JsonRecord = Record<string, unknown>;

/** Reads the fields of a JSON object; none from a text that is no such. */
export function jsonFields(text: string): JsonRecord {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return {};
  }
}

/** @throws {UnreadableCallbackError} when the text is no JSON */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableCallbackError('the body is no JSON');
  }
}

/** @throws {UnreadableCallbackError} when the text is no JSON object */
export function requiredFields(text: string): JsonRecord {
  const value = parsedJson(text);
  if (!isRecord(value)) throw new UnreadableCallbackError('the body is no JSON object');
  return value;
}

/** Gives the value's fields; none when it is no object: vendors leave out what they do not know. */
export function fieldsOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Gives the fields of each object in a list. */
export function recordsOf(value: unknown): JsonRecord[] {
  return listOf(value).map(fieldsOf);
}

/** Gives a text that is not empty, or a number as text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
