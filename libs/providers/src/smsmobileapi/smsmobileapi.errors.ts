import type { HttpAnswer } from '../http/http-request.js';
import { type Failure, refused } from '../http/http-verdict.js';

/**
 * What it means that it answered with another status than 200. It answers 403 to a key that it does not know, or that
 * is over.
 */
export function refusedBySmsMobileApi({ status, headers }: HttpAnswer): Failure {
  if (status === 403) return { kind: 'retry', reason: 'authentication_failed', detail: { status } };
  return refused({ status, retryAfter: headers['retry-after'] });
}

/** Whether a field for an error says that there was none. */
export function isNone(error: unknown): boolean {
  return error === 0 || error === '0' || error === '' || error === null || error === undefined;
}

/** Its other errors are not documented: only the number is kept, for a text could name the recipient. */
export function unexplained(error: unknown): Failure {
  const code = /^\d{1,6}$/.test(String(error)) ? String(error) : 'other';
  return { kind: 'rejected', reason: 'refused', detail: { code } };
}
