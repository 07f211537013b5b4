import type { Detail, Outcome } from '@outbell/shared/outcome.js';
import { reasonOfNetworkFault } from '../network-fault.js';
import { AddressNotAllowedError } from '../outbound-guard.js';
import type { HttpAnswer } from './http-request.js';
import { retryAfterMs } from './retry-after.js';
import type { VendorCallFailure } from './vendor-call.js';

/** Every outcome but `sent`. */
export type Failure = Exclude<Outcome, { kind: 'sent' }>;

/** A vendor's refusal, as far as it is read. */
export interface HttpRefusal {
  status: number;
  /** The header, in whichever form the SDK gives it. */
  retryAfter?: unknown;
  /** The vendor's own code, such as Twilio's 21211. */
  code?: string | number | undefined;
}

/**
 * Reads a status, where the vendor's own code says nothing better. A 5xx says nothing about the message, which was
 * handed over: it may have been taken. 503 alone says "not now".
 */
export function refused({ status, retryAfter, code }: HttpRefusal): Failure {
  const detail: Detail = { status, ...(code !== undefined && { code }) };
  const after = retryAfterMs(retryAfter);
  if (status === 429) return { kind: 'retry', reason: 'vendor_rate_limited', after, detail };
  if (status === 503) return { kind: 'retry', reason: 'server_unavailable', after, detail };
  if (status === 408 || status === 409) return { kind: 'retry', reason: 'temporary_failure', after, detail };
  if (status === 401) return { kind: 'retry', reason: 'authentication_failed', detail };
  if (status >= 500) return { kind: 'unknown', reason: 'vendor_error', detail };
  if (status >= 400) return { kind: 'rejected', reason: 'refused', detail };
  return { kind: 'unknown', reason: 'unreadable_reply', detail };
}

/** Reads an answer by its status, as `refused`. */
export function refusedAnswer({ status, headers }: HttpAnswer, code?: string): Failure {
  return refused({ status, retryAfter: headers['retry-after'], code });
}

/** Tells whether it is an id that can be kept and compared: a vendor may answer anything, and a stand-in too. */
export function isVendorId(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,512}$/.test(value);
}

/** Says that the vendor took the message, if it gave it an id. */
export function taken(id: unknown, status?: number, detail?: Detail): Outcome {
  return isVendorId(id) ? { kind: 'sent', providerMessageId: id, ...(detail && { detail }) } : unreadable(status);
}

/** Says that the answer is not what was asked for, whether the message was taken or not. */
export function unreadable(status?: number): Failure {
  return { kind: 'unknown', reason: 'unreadable_reply', ...(status !== undefined && { detail: { status } }) };
}

/** Says what a silence means: before there was a connection nothing can have been sent. */
export function unanswered({ cause, mayHaveArrived }: VendorCallFailure): Failure {
  const blocked = find(cause, (error) => error instanceof AddressNotAllowedError);
  if (blocked) return { kind: 'rejected', reason: 'address_not_allowed', detail: { help: blocked.message } };
  const code = codeOf(cause);
  const detail: Detail = code === undefined ? {} : { code };
  if (!mayHaveArrived) return { kind: 'retry', reason: reasonOfNetworkFault(code), detail };
  if (code?.startsWith('HPE_')) return { kind: 'unknown', reason: 'unreadable_reply', detail };
  return { kind: 'unknown', reason: 'no_reply_after_data', detail };
}

/** Finds Node's code, however deep an SDK has wrapped it. */
function codeOf(cause: unknown): string | undefined {
  const error = find(cause, ({ code }) => typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code));
  return error?.code as string | undefined;
}

type Thrown = Error & { code?: unknown };

/** SDKs wrap errors in errors. */
function find(cause: unknown, is: (error: Thrown) => boolean): Thrown | undefined {
  let error = cause;
  for (let depth = 0; depth < 6 && error instanceof Error; depth += 1) {
    if (is(error)) return error;
    const { errorInfo, originalError } = error as { errorInfo?: unknown; originalError?: unknown };
    error = error.cause ?? originalError ?? errorInfo;
  }
  return undefined;
}
