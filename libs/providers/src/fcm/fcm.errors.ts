import type { HttpAnswer } from '../http/http-request.js';
import { type Failure, refused, refusedAnswer, unanswered } from '../http/http-verdict.js';
import { retryAfterMs } from '../http/retry-after.js';
import type { VendorCallFailure } from '../http/vendor-call.js';
import { fieldsOf, jsonFields, type JsonRecord, recordsOf } from '../json.js';
import { TokenRefusal } from './google-access-token.js';

/**
 * Reads a refusal of FCM, `{error: {code, status, message, details: [{errorCode}, {fieldViolations: [{field}]}]}}`: by
 * its own code (https://firebase.google.com/docs/cloud-messaging/error-codes) where that says more than the status. A
 * token of another project suppresses nothing: one wrong service account would suppress all devices. The other may be a
 * connection too.
 */
export function refusedByFcm(answer: HttpAnswer): Failure {
  const { status, headers, text } = answer;
  const error = fieldsOf(jsonFields(text)['error']);
  const details = recordsOf(error['details']);
  const code = codeOf(error, details);
  const retryAfter = headers['retry-after'];
  const detail = { status, ...(code !== undefined && { code }) };
  if (code === 'UNREGISTERED' || (code === 'INVALID_ARGUMENT' && isAboutToken(error, details)))
    return { kind: 'rejected', reason: 'bad_token', suppress: 'invalid', detail };
  if (code === 'SENDER_ID_MISMATCH') return { kind: 'rejected', reason: 'bad_token', onlyHere: true, detail };
  // Apple's or a browser's side of the project: its other devices are reached.
  if (code === 'THIRD_PARTY_AUTH_ERROR') return { kind: 'retry', reason: 'third_party_auth_failed', detail };
  if (code === 'QUOTA_EXCEEDED' && isOfOneDevice(details))
    return { kind: 'retry', reason: 'recipient_rate_limited', after: retryAfterMs(retryAfter), detail };
  if (code === 'QUOTA_EXCEEDED') return refused({ status: 429, retryAfter, code });
  if (status === 403) return { kind: 'retry', reason: 'authentication_failed', detail };
  return refusedAnswer(answer, code);
}

/** Reads what a call threw. Without a token no message has been handed over, whatever became of the exchange. */
export function failureOfFcm(failure: VendorCallFailure): Failure {
  const refusal = refusalIn(failure.cause);
  if (!refusal) return unanswered(failure);
  const { status, retryAfter } = refusal;
  const detail = { status };
  const after = retryAfterMs(retryAfter);
  if (status === 429) return { kind: 'retry', reason: 'vendor_rate_limited', after, detail };
  if (status >= 500 || status === 408) return { kind: 'retry', reason: 'server_unavailable', after, detail };
  return { kind: 'retry', reason: status >= 400 ? 'authentication_failed' : 'unreadable_reply', detail };
}

function refusalIn(error: unknown): TokenRefusal | undefined {
  if (error instanceof TokenRefusal) return error;
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined;
}

/** Gives FCM's own code, in the details; else Google's canonical one. Either is a word, or nothing that is kept. */
function codeOf({ status }: JsonRecord, details: readonly JsonRecord[]): string | undefined {
  const codes = [...details.map(({ errorCode }) => errorCode), status];
  return codes.find((code): code is string => typeof code === 'string' && /^[A-Z_]{1,50}$/.test(code));
}

/** An invalid argument may be anything of the message: the violated field says which, or else the words do. */
function isAboutToken({ message }: JsonRecord, details: readonly JsonRecord[]): boolean {
  const fields = details.flatMap(({ fieldViolations }) => recordsOf(fieldViolations));
  if (fields.length > 0) return fields.some(({ field }) => field === 'message.token');
  return typeof message === 'string' && /registration token/i.test(message);
}

/** A quota is the project's, a topic's or a device's: `violations`, `[{subject, description}]`, say which. */
function isOfOneDevice(details: readonly JsonRecord[]): boolean {
  const violations = details.flatMap((detail) => recordsOf(detail['violations']));
  return violations.some((violation) => /device|token/i.test(JSON.stringify(violation)));
}
