import type { AwsFault } from '../aws/aws-verdict.js';
import type { Failure } from '../http/http-verdict.js';

/** Faults of SNS's own: `Invalid parameter: PhoneNumber Reason: +1… is not valid to publish to`. */
export function meaningOfSns({ name, message }: AwsFault): Failure | undefined {
  const parameter = /^(InvalidParameter|ValidationError|ValidationException)/.test(name);
  if (/^OptedOut/.test(name) || (parameter && /opted out/i.test(message))) {
    return { kind: 'rejected', reason: 'recipient_opted_out', suppress: 'unsubscribe' };
  }
  if (parameter && /PhoneNumber/.test(message)) return { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' };
  if (parameter && /SenderID|OriginationNumber/i.test(message)) return { kind: 'rejected', reason: 'sender_refused' };
  return undefined;
}
