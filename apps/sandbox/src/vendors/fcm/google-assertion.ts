import { record, text } from '../request-fields.js';

/**
 * Who made an assertion of a Google service account, if it is one in form: RS256, made for an hour at most, not
 * expired. The signature is not checked: nobody told the sandbox the account's public key.
 */
export function accountOfAssertion(assertion: string, now: Date): string | undefined {
  const [header, claims, signature = ''] = assertion.split('.');
  const { iss, aud, exp } = decoded(claims);
  const isWhole = decoded(header)['alg'] === 'RS256' && signature.length > 300 && text(aud) !== undefined;
  const isFresh = typeof exp === 'number' && exp * 1000 > now.getTime() && exp * 1000 <= now.getTime() + 3_660_000;
  return isWhole && isFresh ? text(iss) : undefined;
}

function decoded(part = ''): Record<string, unknown> {
  try {
    return record(JSON.parse(Buffer.from(part, 'base64url').toString()));
  } catch {
    return {};
  }
}
