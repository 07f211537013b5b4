import type { Detail, Outcome } from '@outbell/shared/outcome.js';
import { AddressNotAllowedError } from '../outbound-guard.js';
import { retryAfterMs } from './retry-after.js';
import type { VendorCallFailure } from './vendor-call.js';
import { isVendorId } from './vendor-id.js';

/** Every outcome but `sent`. */
export type Failure = Exclude<Outcome, { kind: 'sent' }>;

/** What is read of a vendor's refusal. */
export interface HttpRefusal {
  status: number;
  /** The header, in whichever form the SDK gives it. */
  retryAfter?: unknown;
  /** The vendor's own code, such as Twilio's 21211. */
  code?: string | number | undefined;
}

/**
 * What a status means when the vendor's own code says nothing better. A 5xx says nothing about the message, which was
 * handed over: it may have been taken. 503 alone says "not now".
 */
export function refused({ status, retryAfter, code }: HttpRefusal): Failure {
  const detail: Detail = { status, ...(code !== undefined && { code }) };
  const after = retryAfterMs(retryAfter);
  const wish = after === undefined ? {} : { after };
  if (status === 429) return { kind: 'retry', reason: 'vendor_rate_limited', ...wish, detail };
  if (status === 503) return { kind: 'retry', reason: 'server_unavailable', ...wish, detail };
  if (status === 408 || status === 409) return { kind: 'retry', reason: 'temporary_failure', ...wish, detail };
  if (status === 401) return { kind: 'retry', reason: 'authentication_failed', detail };
  if (status >= 500) return { kind: 'unknown', reason: 'vendor_error', detail };
  if (status >= 400) return { kind: 'rejected', reason: 'refused', detail };
  return { kind: 'unknown', reason: 'unreadable_reply', detail };
}

/** It took the message, if it gave it an id: a vendor may answer anything, and whoever stands in for one too. */
export function taken(id: unknown, status?: number, detail?: Detail): Outcome {
  return isVendorId(id) ? { kind: 'sent', providerMessageId: id, ...(detail && { detail }) } : unreadable(status);
}

/** It said that it took the message, or something, but not what was asked for. */
export function unreadable(status?: number): Failure {
  return { kind: 'unknown', reason: 'unreadable_reply', ...(status !== undefined && { detail: { status } }) };
}

/** What it means that there was no answer: before there was a connection nothing can have been sent. */
export function unanswered({ cause, mayHaveArrived }: VendorCallFailure): Failure {
  const blocked = find(cause, (error) => error instanceof AddressNotAllowedError);
  if (blocked) return { kind: 'rejected', reason: 'address_not_allowed', detail: { help: blocked.message } };
  const code = codeOf(cause);
  const detail: Detail = code === undefined ? {} : { code };
  if (!mayHaveArrived) return { kind: 'retry', reason: reasonOf(code), detail };
  if (code?.startsWith('HPE_')) return { kind: 'unknown', reason: 'unreadable_reply', detail };
  return { kind: 'unknown', reason: 'no_reply_after_data', detail };
}

const REASONS: Record<string, string> = {
  ENOTFOUND: 'dns_failed',
  EAI_AGAIN: 'dns_failed',
  EAI_FAIL: 'dns_failed',
  ECONNREFUSED: 'connection_refused',
  ETIMEDOUT: 'timeout',
  ESOCKETTIMEDOUT: 'timeout',
};

/** How OpenSSL and Node name what is wrong with a certificate or a handshake. */
const TLS_FAULT = /CERT|SSL|TLS|SIGNATURE|EPROTO$/;

function reasonOf(code = ''): string {
  if (TLS_FAULT.test(code)) return 'tls_failed';
  return REASONS[code] ?? 'connection_lost';
}

/** Node's code, however deep an SDK has wrapped it. */
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
