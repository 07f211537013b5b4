import { type HttpAnswer, jsonObject } from '../http/http-request.js';
import { type Failure, refused } from '../http/http-verdict.js';

/** Its code for a key that it does not know. */
const BAD_KEY = '10';

/** What `{success: false, code, message}` or another status means. Undefined: it is no refusal. */
export function refusedByVoicePartner(answer: HttpAnswer): Failure | undefined {
  const { status, headers, text } = answer;
  const { success, code } = jsonObject(text) ?? {};
  if (String(code) === BAD_KEY) {
    return { kind: 'retry', reason: 'authentication_failed', detail: { status, code: BAD_KEY } };
  }
  const shown = code === undefined ? {} : { code: numberOf(code) };
  if (status >= 300) return refused({ status, retryAfter: headers['retry-after'], ...shown });
  if (success === false) return { kind: 'rejected', reason: 'refused', detail: { status, code: numberOf(code) } };
  return undefined;
}

/** Whether it refused for another reason than the key, which it looks at first. */
export function provesVoicePartnerKey({ status, text }: HttpAnswer): boolean {
  const { success, code } = jsonObject(text) ?? {};
  const isOfTheCampaign = status < 300 || status === 400 || status === 404;
  return isOfTheCampaign && typeof success === 'boolean' && String(code) !== BAD_KEY;
}

/** Its other codes are not documented: only a number is kept, for a text could name the recipient. */
function numberOf(code: unknown): string {
  return /^\d{1,6}$/.test(String(code)) ? String(code) : 'other';
}
