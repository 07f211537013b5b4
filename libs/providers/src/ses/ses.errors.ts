import type { AwsFault } from '../aws/aws-verdict.js';
import type { Failure } from '../http/http-verdict.js';

/** Faults of SES's own. An account that is paused is mended by its owner, so the message waits. */
export function meaningOfSes({ name, message }: AwsFault): Failure | undefined {
  if (name === 'MailFromDomainNotVerifiedException') return { kind: 'rejected', reason: 'sender_refused' };
  if (name === 'MessageRejected') {
    return { kind: 'rejected', reason: /not verified/i.test(message) ? 'sender_refused' : 'policy_rejected' };
  }
  if (name === 'AccountSuspendedException' || name === 'SendingPausedException') {
    return { kind: 'retry', reason: 'account_locked' };
  }
  // As of a rate, says its name; but this one lasts for hours.
  if (/daily (message|sending) quota/i.test(message)) return { kind: 'retry', reason: 'quota_exceeded' };
  return undefined;
}
