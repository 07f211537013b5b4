import type { HttpAnswer } from '../http/http-request.js';
import { type Failure, refusedAnswer, unreadable } from '../http/http-verdict.js';

/** Reads the answer of a push service that did not take a message. */
export function refusedByPushService(answer: HttpAnswer): Failure {
  const { status } = answer;
  if (status < 300) return unreadable(status);
  const detail = { status };
  if (status === 404 || status === 410) return { kind: 'rejected', reason: 'bad_token', suppress: 'invalid', detail };
  if (status === 413) return { kind: 'rejected', reason: 'message_too_large', detail };
  // It was made for the keys of another sender (RFC 8292 4.2), whom another connection may be: no other subscription
  // need be so.
  if (status === 401 || status === 403) return { kind: 'retry', reason: 'subscription_refused', detail };
  const refusal = refusedAnswer(answer);
  // Of one subscription (RFC 8030 8.4), at one of several push services.
  return status === 429 ? { ...refusal, reason: 'recipient_rate_limited' } : refusal;
}
