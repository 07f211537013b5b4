import { type CallbackRequest, UnreadableCallbackError } from '../callback.js';

export type JsonRecord = Record<string, unknown>;

/** @throws {UnreadableCallbackError} when the body is no JSON */
export function jsonBody(request: CallbackRequest): unknown {
  return parsedJson(request.body.toString());
}

/** @throws {UnreadableCallbackError} when the text is no JSON */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableCallbackError('the body is no JSON');
  }
}

/** @throws {UnreadableCallbackError} when the value is no object */
export function requiredRecord(value: unknown): JsonRecord {
  if (!isRecord(value)) throw new UnreadableCallbackError('the body is no JSON object');
  return value;
}

/** The value's fields; none when it is no object: vendors leave out what they do not know. */
export function fieldsOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that is not empty, or a number as text. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
