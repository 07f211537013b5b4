import { type HttpAnswer, jsonObject } from '../http/http-request.js';
import { type Failure, refused, unanswered } from '../http/http-verdict.js';
import { retryAfterMs } from '../http/retry-after.js';
import type { VendorCallFailure } from '../http/vendor-call.js';
import { TokenRefusal } from './google-access-token.js';

/** `{error: {code, status, message, details: [{errorCode}, {fieldViolations: [{field}]}]}}` */
interface FcmError {
  status?: unknown;
  message?: unknown;
  details?: unknown;
}

interface FcmDetail {
  errorCode?: unknown;
  fieldViolations?: unknown;
  /** Of a QuotaFailure: `[{subject, description}]`. */
  violations?: unknown;
}

/**
 * What a refusal of FCM means: by its own code (https://firebase.google.com/docs/cloud-messaging/error-codes) where
 * that says more than the status. A token of another project suppresses nothing: one wrong service account would
 * suppress all devices. The other may be a connection too.
 */
export function refusedByFcm({ status, headers, text }: HttpAnswer): Failure {
  const error = errorOf(text);
  const code = codeOf(error);
  const detail = { status, ...(code !== undefined && { code }) };
  if (code === 'UNREGISTERED') return badToken(detail);
  if (code === 'SENDER_ID_MISMATCH') return { kind: 'rejected', reason: 'bad_token', onlyHere: true, detail };
  if (code === 'INVALID_ARGUMENT' && isAboutToken(error)) return badToken(detail);
  // Apple's or a browser's side of the project: its other devices are reached.
  if (code === 'THIRD_PARTY_AUTH_ERROR') return { kind: 'retry', reason: 'third_party_auth_failed', detail };
  if (code === 'QUOTA_EXCEEDED' && isOfOneDevice(error)) {
    const after = retryAfterMs(headers['retry-after']);
    return { kind: 'retry', reason: 'recipient_rate_limited', ...(after !== undefined && { after }), detail };
  }
  if (code === 'QUOTA_EXCEEDED') return refused({ status: 429, retryAfter: headers['retry-after'], code });
  if (status === 403) return { kind: 'retry', reason: 'authentication_failed', detail };
  return refused({ status, retryAfter: headers['retry-after'], code });
}

function badToken(detail: Failure['detail'] & object): Failure {
  return { kind: 'rejected', reason: 'bad_token', suppress: 'invalid', detail };
}

/** What a call threw. Without a token no message has been handed over, whatever became of the exchange. */
export function failureOfFcm(failure: VendorCallFailure): Failure {
  const refusal = refusalIn(failure.cause);
  if (!refusal) return unanswered(failure);
  const { status, retryAfter } = refusal;
  const after = retryAfterMs(retryAfter);
  const wish = { ...(after !== undefined && { after }), detail: { status } };
  if (status === 429) return { kind: 'retry', reason: 'vendor_rate_limited', ...wish };
  if (status >= 500 || status === 408) return { kind: 'retry', reason: 'server_unavailable', ...wish };
  if (status >= 400) return { kind: 'retry', reason: 'authentication_failed', detail: { status } };
  return { kind: 'retry', reason: 'unreadable_reply', detail: { status } };
}

function refusalIn(error: unknown): TokenRefusal | undefined {
  if (error instanceof TokenRefusal) return error;
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined;
}

function errorOf(text: string): FcmError {
  const error = jsonObject(text)?.['error'];
  return typeof error === 'object' && error !== null ? error : {};
}

/** Its own code, in the details; else Google's canonical one. Either is a word, or nothing that is kept. */
function codeOf(error: FcmError): string | undefined {
  const own = detailsOf(error).map(({ errorCode }) => errorCode);
  return [...own, error.status].find((code): code is string => typeof code === 'string' && /^[A-Z_]{1,50}$/.test(code));
}

/** An invalid argument may be anything of the message: the violated field says which, or else the words do. */
function isAboutToken(error: FcmError): boolean {
  const fields = detailsOf(error).flatMap(({ fieldViolations }) => objects(fieldViolations) as { field?: unknown }[]);
  if (fields.length > 0) return fields.some(({ field }) => field === 'message.token');
  return typeof error.message === 'string' && /registration token/i.test(error.message);
}

/** Of the project, of a topic or of a device: the violated quota says which. */
function isOfOneDevice(error: FcmError): boolean {
  const violations = detailsOf(error).flatMap(({ violations: all }) => objects(all));
  return violations.some((violation) => /device|token/i.test(JSON.stringify(violation)));
}

function detailsOf({ details }: FcmError): FcmDetail[] {
  return objects(details);
}

function objects(value: unknown): object[] {
  return Array.isArray(value) ? value.filter((item): item is object => typeof item === 'object' && item !== null) : [];
}
