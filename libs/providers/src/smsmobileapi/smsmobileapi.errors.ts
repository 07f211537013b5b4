import type { HttpAnswer } from '../http/http-request.js';
import { type Failure, refusedAnswer } from '../http/http-verdict.js';

/** Reads an answer with another status than 200: 403 is for a key that it does not know, or that is over. */
export function refusedBySmsMobileApi(answer: HttpAnswer): Failure {
  const { status } = answer;
  if (status === 403) return { kind: 'retry', reason: 'authentication_failed', detail: { status } };
  return refusedAnswer(answer);
}

/** Tells whether a field for an error says that there was none. */
export function isNone(error: unknown): boolean {
  return error === 0 || error === '0' || error === '' || error === null || error === undefined;
}

/** Keeps of its other errors, which are not documented, the number alone: a text could name the recipient. */
export function unexplained(error: unknown): Failure {
  const code = /^\d{1,6}$/.test(String(error)) ? String(error) : 'other';
  return { kind: 'rejected', reason: 'refused', detail: { code } };
}
