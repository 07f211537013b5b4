import { byCode, rowOf } from '../by-code.js';
import { type Failure, refused } from '../http/http-verdict.js';

/** Refusal by Resend. */
interface ResendRefusal {
  /** `rate_limit_exceeded` */
  name: string;
  /** Never recorded: it quotes addresses. */
  message: string;
  statusCode: number | null;
}

/**
 * Refusals whose name says more than their status. Of the two conflicts over our key neither proves that the message
 * was not taken: an earlier call of it is under way, or came to an end with other content.
 */
const BY_NAME = byCode<Failure>(
  [
    { kind: 'retry', reason: 'authentication_failed' },
    ...['missing_api_key', 'invalid_api_key', 'restricted_api_key', 'suspended_api_key'],
  ],
  [{ kind: 'unknown', reason: 'earlier_call_pending' }, 'concurrent_idempotent_requests'],
  [{ kind: 'unknown', reason: 'earlier_call_differs' }, 'invalid_idempotent_request'],
  [{ kind: 'retry', reason: 'quota_exceeded' }, 'daily_quota_exceeded', 'monthly_quota_exceeded'],
  [{ kind: 'rejected', reason: 'sender_refused' }, 'invalid_from_address'],
  [{ kind: 'rejected', reason: 'policy_rejected' }, 'security_error'],
);

const RECIPIENT_FIELD = /[`'"]to[`'"]/;
const SENDER_FIELD = /[`'"]from[`'"]/;

export function resendVerdict({ name, message, statusCode }: ResendRefusal, headers: Record<string, string>): Failure {
  const status = statusCode ?? 0;
  const code = /^[a-z_]{3,40}$/.test(name) ? name : undefined;
  const retryAfter = headers['retry-after'] ?? headers['ratelimit-reset'];
  const usual = refused({ status, retryAfter, code });
  const known = status >= 400 && status < 500 ? (rowOf(BY_NAME, name) ?? byStatus(status, message)) : undefined;
  if (!known) return usual;
  const after = usual.kind === 'retry' && known.kind === 'retry' ? { after: usual.after } : {};
  return { ...known, ...after, ...(usual.detail && { detail: usual.detail }) };
}

function byStatus(status: number, message: string): Failure | undefined {
  // The domain of the sender is not verified, or that of somebody who only tries Resend out.
  if (status === 403) return { kind: 'rejected', reason: 'sender_refused' };
  if (status === 413) return { kind: 'rejected', reason: 'message_too_large' };
  if (status !== 400 && status !== 422) return undefined;
  if (RECIPIENT_FIELD.test(message)) return { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' };
  return SENDER_FIELD.test(message) ? { kind: 'rejected', reason: 'sender_refused' } : undefined;
}
