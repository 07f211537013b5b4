import type { HttpAnswer } from '../http/http-request.js';
import { type Failure, refusedAnswer } from '../http/http-verdict.js';
import { jsonFields } from '../json.js';

/** Its code for a key that it does not know. */
const BAD_KEY = '10';

/** Reads `{success: false, code, message}` or another status. Undefined: it is no refusal. */
export function refusedByVoicePartner(answer: HttpAnswer): Failure | undefined {
  const { status } = answer;
  const { success, code: given } = jsonFields(answer.text);
  // Its other codes are not documented: only a number is kept, for a text could name the recipient.
  const code = /^\d{1,6}$/.test(String(given)) ? String(given) : 'other';
  if (code === BAD_KEY) return { kind: 'retry', reason: 'authentication_failed', detail: { status, code } };
  if (status >= 300) return refusedAnswer(answer, given === undefined ? undefined : code);
  return success === false ? { kind: 'rejected', reason: 'refused', detail: { status, code } } : undefined;
}

/** Tells whether it refused for another reason than the key, which it looks at first. */
export function provesVoicePartnerKey({ status, text }: HttpAnswer): boolean {
  const { success, code } = jsonFields(text);
  const isOfTheCampaign = status < 300 || status === 400 || status === 404;
  return isOfTheCampaign && typeof success === 'boolean' && String(code) !== BAD_KEY;
}
