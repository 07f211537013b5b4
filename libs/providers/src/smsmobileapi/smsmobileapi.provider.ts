import type { Outcome } from '@outbell/shared/outcome.js';
import type { DeliveryEvent } from '../callback.js';
import { httpProvider } from '../http/http-provider.js';
import { type HttpAnswer, requesterAt } from '../http/http-request.js';
import { taken } from '../http/http-verdict.js';
import { fieldsOf, jsonFields, type JsonRecord, recordsOf, textOf } from '../json.js';
import type { OutgoingSms } from '../provider.js';
import { measureSms } from '../sms/sms-segments.js';
import { phoneEvent, smsMobileApiCallbacks } from './smsmobileapi.callbacks.js';
import { SmsMobileApiCredentials, SMSMOBILEAPI_URL } from './smsmobileapi.credentials.js';
import { isNone, refusedBySmsMobileApi, unexplained } from './smsmobileapi.errors.js';

/** Posts a form: by POST, the key stays out of logs. */
type PostForm = (path: string, form: Record<string, string>) => Promise<HttpAnswer>;

/** What it was given, and what its telephones said of that. */
const LOG = '/log/sent/sms/';

/**
 * SMSMobileAPI: SMS through an app on a telephone. Knows no idempotency key, and carries no id of ours: after a silence
 * nobody can ask what became of a message. What it took is asked for in its log by the id it gave. It has no SDK.
 */
export const SmsMobileApiProvider = httpProvider<SmsMobileApiCredentials, OutgoingSms, PostForm>({
  providerName: 'smsmobileapi',
  channel: 'sms',
  Credentials: SmsMobileApiCredentials,
  example: { summary: 'SMSMobileAPI', credentials: { api_key: 'c0ffee' } },
  callbacks: smsMobileApiCallbacks,
  // A telephone sends one after the other.
  concurrency: 20,

  open({ credentials: { api_key: apikey, base_url: baseUrl = SMSMOBILEAPI_URL }, agents }) {
    const request = requesterAt(baseUrl, agents, { 'content-type': 'application/x-www-form-urlencoded' });
    return (path, form) => request(path, { method: 'POST', body: new URLSearchParams({ apikey, ...form }).toString() });
  },

  async send(post, { to, text }, { credentials: { device } }) {
    const form = { recipients: to, message: text, ...(device !== undefined && { sIdentifiant: device }) };
    return outcomeOf(await post('/sendsms/', form), measureSms(text).segments);
  },

  /** Asks for what was sent to nobody: the key is looked at, and nothing is sent. */
  async verify(post) {
    const answer = await post(LOG, {});
    return answer.status === 200 ? { ok: true } : refusedBySmsMobileApi(answer);
  },

  /** Its documentation names no fields: these are the ones its users read. */
  async pollStatus(post, providerMessageId) {
    return eventOf(await post(LOG, { guid_message: providerMessageId }), providerMessageId);
  },
});

/** Reads `{result: {error, sent, id}}`; `error` 0 or empty: the telephone's app has taken it. */
function outcomeOf(answer: HttpAnswer, segments: number): Outcome {
  const { status, text } = answer;
  if (status !== 200) return refusedBySmsMobileApi(answer);
  const { error, id } = fieldsOf(jsonFields(text)['result']);
  return isNone(error) ? taken(textOf(id), status, { segments }) : unexplained(error);
}

/**
 * Reads `{result: {sms: [{send_from_mobile, send_from_mobile_erreur, error_api}]}}`; null while the telephone has said
 * nothing.
 */
function eventOf({ status, text }: HttpAnswer, providerMessageId: string): DeliveryEvent | null {
  const log = status === 200 ? recordsOf(fieldsOf(jsonFields(text)['result'])['sms']) : [];
  const entry = entryOf(providerMessageId, log);
  if (!entry) return null;
  const { send_from_mobile: sent, send_from_mobile_erreur: phoneError, error_api: apiError } = entry;
  if (!isNone(phoneError) || !isNone(apiError)) return phoneEvent(providerMessageId, 'failed', null);
  return String(sent) === '1' ? phoneEvent(providerMessageId, 'sent', null) : null;
}

/** Takes the entry with the id; or the only one, if it has none: asked for one message it may leave out the id. */
function entryOf(guid: string, log: readonly JsonRecord[]): JsonRecord | undefined {
  const only = log.length === 1 && log[0]?.['guid'] === undefined ? log[0] : undefined;
  return log.find((entry) => entry['guid'] === guid) ?? only;
}
