import type { HttpVendor } from '../../http/testing/http-harness.js';
import type { Received, Reply } from '../../http/testing/scripted-http-server.js';
import type { TwilioCredentials } from '../twilio.credentials.js';

export const ACCOUNT_SID = 'AC0123456789abcdef0123456789abcdef';
export const AUTH_TOKEN = 'canary-token-of-twilio';
export const MESSAGE_SID = 'SM00000000000000000000000000000001';
export const MESSAGES = `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`;

export function twilioCredentials(baseUrl: string, fields: Partial<TwilioCredentials> = {}): TwilioCredentials {
  return { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN, base_url: baseUrl, ...fields };
}

export function refusal(status: number, code: number, message = 'no'): Reply {
  return { status, body: { status, code, message, more_info: `https://www.twilio.com/docs/errors/${code}` } };
}

/** What both channels share of a vendor that speaks Twilio's protocol. */
export const TWILIO: Omit<HttpVendor, 'provider' | 'message' | 'secrets'> = {
  sends: ({ method, path }) => method === 'POST' && path === MESSAGES,
  taken: () => ({ status: 201, body: { sid: MESSAGE_SID, status: 'queued', error_code: null } }),
  refusedForGood: refusal(400, 21211),
  refusedForNow: { ...refusal(429, 20429), headers: { 'retry-after': '2' } },
  refusedQuoting: (words) => refusal(400, 21999, words),
  other: accountOf,
};

export function accountOf({ path }: Received): Reply {
  return path === `/2010-04-01/Accounts/${ACCOUNT_SID}.json`
    ? { status: 200, body: { sid: ACCOUNT_SID, status: 'active' } }
    : refusal(404, 20404);
}
