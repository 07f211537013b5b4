import type { Outcome } from '@outbell/shared/outcome.js';
import { phoneOf, vendorIdOf } from '../callbacks/event-fields.js';
import { httpProvider } from '../http/http-provider.js';
import { type HttpAnswer, requesterAt, type Requester } from '../http/http-request.js';
import { taken, unreadable } from '../http/http-verdict.js';
import { jsonFields, recordsOf } from '../json.js';
import type { OutgoingWhatsApp } from '../provider.js';
import { templateOf } from './whatsapp-cloud-template.js';
import { whatsAppCloudCallbacks } from './whatsapp-cloud.callbacks.js';
import { GRAPH_URL, GRAPH_VERSION, WhatsAppCloudCredentials } from './whatsapp-cloud.credentials.js';
import { refusedByCloudApi } from './whatsapp-cloud.errors.js';

/** The longest text, in characters. */
const LONGEST_TEXT = 4_096;

/**
 * WhatsApp from Meta itself, by its HTTP API: its SDK for Node is archived. It knows no idempotency key; callbacks
 * carry our id.
 */
export const WhatsAppCloudProvider = httpProvider<WhatsAppCloudCredentials, OutgoingWhatsApp, Requester>({
  providerName: 'whatsapp-cloud',
  channel: 'whatsapp',
  Credentials: WhatsAppCloudCredentials,
  example: {
    summary: 'WhatsApp Cloud API',
    credentials: { phone_number_id: '106540352242922', access_token: 'EAAJ-an-example' },
  },
  callbacks: whatsAppCloudCallbacks,
  cannotCarry: ['content_sid'],
  // A number may send 80 messages in a second.
  concurrency: 50,

  open({ credentials, agents }) {
    const { access_token: token, phone_number_id: number, base_url: baseUrl = GRAPH_URL } = credentials;
    const { api_version: version = GRAPH_VERSION } = credentials;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return requesterAt(`${baseUrl.replace(/\/+$/, '')}/${version}/${number}`, agents, headers);
  },

  /** Surrogate pairs count once: what is a little too long all the same is for WhatsApp to refuse. */
  refuse({ text, template }) {
    const isLong = !template && Array.from(text).length > LONGEST_TEXT;
    return isLong ? { kind: 'rejected', reason: 'message_too_large' } : undefined;
  },

  async send(request, message) {
    const answer = await request('/messages', { method: 'POST', body: JSON.stringify(bodyOf(message)) });
    return answer.status === 200 ? outcomeOf(answer, message.to) : refusedByCloudApi(answer);
  },

  /** Looks at the number that sends. */
  async verify(request) {
    const answer = await request('', { method: 'GET' });
    if (answer.status !== 200) return refusedByCloudApi(answer);
    return jsonFields(answer.text)['id'] === undefined ? unreadable(answer.status) : { ok: true };
  },
});

function bodyOf({ messageId, to, text, template }: OutgoingWhatsApp): object {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to,
    // Meta's OpenAPI knows our id beside templates only; what became of a text is told by the id that Meta gives it.
    ...(template
      ? { biz_opaque_callback_data: messageId, type: 'template', template: templateOf(template) }
      : { type: 'text', text: { preview_url: false, body: text } }),
  };
}

/**
 * `{messages: [{id: 'wamid…'}], contacts: [{input, wa_id}]}`: `wa_id` is whom WhatsApp takes the number for, and names
 * where the person answers.
 */
function outcomeOf({ status, text }: HttpAnswer, to: string): Outcome {
  const { messages, contacts } = jsonFields(text);
  const outcome = taken(recordsOf(messages)[0]?.['id'], status);
  const [contact] = recordsOf(contacts);
  const recipientId = phoneOf(contact?.['wa_id']) ?? vendorIdOf(contact?.['user_id']);
  const isOther = recipientId !== undefined && recipientId !== to;
  return outcome.kind === 'sent' && isOther ? { ...outcome, recipientId } : outcome;
}
