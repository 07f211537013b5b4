import { type Failure, refused } from '../http/http-verdict.js';
import { retryAfterMs } from '../http/retry-after.js';
import { fieldsOf, type JsonRecord, recordsOf, textOf } from '../json.js';

/**
 * Reads what the SDK has thrown; undefined when there was no answer. The SDK's own error has the status as its code;
 * for a redirect it lets that of axios through.
 */
export function sendGridVerdict(thrown: unknown): Failure | undefined {
  const { code, response } = thrown as {
    code?: unknown;
    response?: { status?: unknown; headers?: object; body?: unknown };
  };
  const status = typeof code === 'number' ? code : response?.status;
  if (typeof status !== 'number') return undefined;
  const known = meaningOf(status, recordsOf(fieldsOf(response?.body)['errors']));
  if (known) return { ...known, detail: { status } };
  // Axios keeps headers in a class of its own.
  const headers: JsonRecord = { ...response?.headers };
  return refused({ status, retryAfter: headers['retry-after'] ?? untilReset(headers['x-ratelimit-reset']) });
}

/** @param errors `{field: "from", message: "…"}`: a message quotes what we sent, so it is never recorded */
function meaningOf(status: number, errors: readonly JsonRecord[]): Failure | undefined {
  const says = (pattern: RegExp) => errors.some(({ message }) => pattern.test(textOf(message) ?? ''));
  const names = (pattern: RegExp) => errors.some(({ field }) => pattern.test(textOf(field) ?? ''));
  if (status === 401 && says(/maximum credits exceeded/i)) return { kind: 'retry', reason: 'quota_exceeded' };
  if (status === 403) {
    const sender = names(/^from/) || says(/verified sender/i);
    return sender ? { kind: 'rejected', reason: 'sender_refused' } : { kind: 'retry', reason: 'authentication_failed' };
  }
  if (status === 413) return { kind: 'rejected', reason: 'message_too_large' };
  if (status !== 400) return undefined;
  if (names(/^personalizations\.0\.to/) && says(/valid address/i)) {
    return { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' };
  }
  return names(/^from/) ? { kind: 'rejected', reason: 'sender_refused' } : undefined;
}

/** Gives `X-RateLimit-Reset`, the Unix time of the next window, as seconds from now. */
function untilReset(at: unknown): number | undefined {
  const seconds = Number(at) - Date.now() / 1_000;
  return retryAfterMs(at) !== undefined && seconds > 0 ? seconds : undefined;
}
