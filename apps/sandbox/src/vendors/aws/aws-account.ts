import { isRight } from '../credentials.js';
import type { VendorRequest } from '../submission.js';
import { VendorRefusal } from '../vendor-refusal.js';

const AUTHORIZATION = new RegExp(
  String.raw`^AWS4-HMAC-SHA256 Credential=([A-Z0-9a-z_-]{4,128})/(\d{8})/[a-z0-9-]+/([a-z]+)` +
    String.raw`/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$`,
);

/** How far a request's clock may be off, in ms, as AWS has it. */
const MAX_SKEW_MS = 5 * 60_000;

/** A refusal of AWS's front door. The services name them differently. */
export interface AwsRefusals {
  missing: string;
  unknownKey: string;
  badSignature: string;
}

/**
 * The access key of a request that is signed in form (Signature Version 4). The signature itself is not computed again:
 * nobody told the sandbox the secret key.
 *
 * @throws {VendorRefusal} 403
 */
export function awsAccountOf({ headers }: VendorRequest, service: string, now: Date, names: AwsRefusals): string {
  const { authorization, 'x-amz-date': date } = headers;
  const [, key, day, scope, signed = ''] = AUTHORIZATION.exec(authorization ?? '') ?? [];
  if (authorization === undefined) throw new VendorRefusal(403, names.missing, 'Missing Authentication Token');
  const wellSigned = scope === service && ['host', 'x-amz-date'].every((name) => signed.split(';').includes(name));
  if (!wellSigned || typeof date !== 'string' || !date.startsWith(day ?? ' ')) {
    throw new VendorRefusal(403, names.badSignature, 'The request signature we calculated does not match.');
  }
  if (Math.abs(timeOf(date) - now.getTime()) > MAX_SKEW_MS) {
    throw new VendorRefusal(403, names.badSignature, `Signature expired: ${date}`);
  }
  if (isRight(key)) return key;
  throw new VendorRefusal(403, names.unknownKey, 'The security token included in the request is invalid.');
}

/** `20261126T041500Z` in ms. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3:$4:$5Z'));
}
