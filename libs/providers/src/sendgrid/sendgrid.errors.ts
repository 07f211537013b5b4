import { type Failure, refused } from '../http/http-verdict.js';
import { retryAfterMs } from '../http/retry-after.js';

/**
 * One of the errors in a refusal: `{field: "from", message: "…"}`. The message quotes what we sent, so it is never
 * recorded.
 */
interface SendGridError {
  field?: unknown;
  message?: unknown;
}

interface SendGridRefusal {
  status: number;
  headers: Record<string, unknown>;
  errors: SendGridError[];
}

/** What an answer means that the SDK has thrown. Undefined when there was none. */
export function sendGridVerdict(thrown: unknown): Failure | undefined {
  const refusal = refusalOf(thrown);
  if (!refusal) return undefined;
  const { status, headers } = refusal;
  const known = meaningOf(refusal);
  if (known) return { ...known, detail: { status } };
  return refused({ status, retryAfter: headers['retry-after'] ?? untilReset(headers['x-ratelimit-reset']) });
}

function meaningOf({ status, errors }: SendGridRefusal): Failure | undefined {
  const says = (pattern: RegExp) => errors.some(({ message }) => typeof message === 'string' && pattern.test(message));
  const of = (pattern: RegExp) => errors.some(({ field }) => typeof field === 'string' && pattern.test(field));
  if (status === 401 && says(/maximum credits exceeded/i)) return { kind: 'retry', reason: 'quota_exceeded' };
  if (status === 403) {
    const sender = of(/^from/) || says(/verified sender/i);
    return sender ? { kind: 'rejected', reason: 'sender_refused' } : { kind: 'retry', reason: 'authentication_failed' };
  }
  if (status === 413) return { kind: 'rejected', reason: 'message_too_large' };
  if (status !== 400) return undefined;
  if (of(/^personalizations\.0\.to/) && says(/valid address/i)) {
    return { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' };
  }
  return of(/^from/) ? { kind: 'rejected', reason: 'sender_refused' } : undefined;
}

/** `X-RateLimit-Reset`, the Unix time of the next window, as seconds from now. */
function untilReset(at: unknown): number | undefined {
  const seconds = Number(at) - Date.now() / 1_000;
  return retryAfterMs(at) !== undefined && seconds > 0 ? seconds : undefined;
}

/** The SDK's own error has the status as its code; for a redirect it lets that of axios through. */
function refusalOf(thrown: unknown): SendGridRefusal | undefined {
  const { code, response } = thrown as {
    code?: unknown;
    response?: { status?: unknown; headers?: object; body?: unknown };
  };
  const status = typeof code === 'number' ? code : response?.status;
  if (typeof status !== 'number') return undefined;
  const { errors } = (response?.body ?? {}) as { errors?: unknown };
  return {
    status,
    headers: { ...response?.headers },
    errors: Array.isArray(errors) ? errors.filter(isError) : [],
  };
}

function isError(error: unknown): error is SendGridError {
  return typeof error === 'object' && error !== null;
}
