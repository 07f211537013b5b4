import { createHmac } from 'node:crypto';
import { rowOf } from '../by-code.js';
import { type CallbackReader, type DeliveryEvent, LARGEST_CALLBACK, UnreadableCallbackError } from '../callback.js';
import { timeOfSeconds } from '../callbacks/callback-time.js';
import { factId, messageIdOf, phoneOf, vendorIdOf } from '../callbacks/event-fields.js';
import { optOutEvent, optOutEvents } from '../callbacks/opt-out-event.js';
import { isSigned, sameSecret } from '../callbacks/same-secret.js';
import { fieldsOf, type JsonRecord, recordsOf, requiredFields, textOf } from '../json.js';
import { failureOf } from '../vendor-errors.js';
import type { WhatsAppCloudCredentials } from './whatsapp-cloud.credentials.js';
import { WHATSAPP_ERRORS } from './whatsapp-cloud.errors.js';

type CallbackCredentials = Partial<Pick<WhatsAppCloudCredentials, 'phone_number_id' | 'app_secrets' | 'verify_token'>>;

const KINDS: Readonly<Record<string, DeliveryEvent['kind']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'opened',
  failed: 'failed',
};

/** WhatsApp's Cloud API: batches of statuses and of messages that come in, signed with the app's secret. */
export const whatsAppCloudCallbacks: CallbackReader<CallbackCredentials> = {
  signed: true,
  // https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks: up to 3 MB.
  maxCallbackBytes: LARGEST_CALLBACK,

  /** Lets a challenge, asked for by GET, through: its token is checked where it is answered. */
  async verify({ method, headers, body }, { app_secrets: secrets = [] }) {
    if (method === 'GET') return true;
    const signatureOf = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    return isSigned([headers['x-hub-signature-256']], secrets, signatureOf);
  },

  /** Leaves out other numbers: an app has one webhook for all its numbers, unless they are given their own. */
  read({ body }, { phone_number_id: ours } = {}) {
    const { object, entry } = requiredFields(body.toString());
    if (object !== 'whatsapp_business_account') throw new UnreadableCallbackError('it is about no WhatsApp account');
    return recordsOf(entry)
      .flatMap((account) => recordsOf(account['changes']))
      .map((change) => fieldsOf(change['value']))
      .filter((value) => concerns(ours, value))
      .flatMap(({ statuses, messages, user_preferences: preferences }) => [
        ...recordsOf(statuses).flatMap(receipt),
        ...recordsOf(messages).flatMap(optOut),
        ...recordsOf(preferences).flatMap(preference),
      ]);
  },

  async answer({ method, url: { searchParams: query } }, { verify_token: token }) {
    if (method !== 'GET') return null;
    const given = query.get('hub.verify_token') ?? '';
    const challenge = query.get('hub.challenge') ?? '';
    const known = token !== undefined && token !== '' && sameSecret(given, token);
    // What is sent back is what came: nothing but what such a challenge looks like.
    if (!known || query.get('hub.mode') !== 'subscribe' || !/^[\w-]{1,200}$/.test(challenge)) {
      return { status: 403, body: '' };
    }
    return { status: 200, body: challenge };
  },
};

/** Tells whether it is about our number; what names none is about the whole account. */
function concerns(ours: string | undefined, { metadata }: JsonRecord): boolean {
  const theirs = textOf(fieldsOf(metadata)['phone_number_id']);
  return ours === undefined || theirs === undefined || theirs === ours;
}

function receipt(status: JsonRecord): DeliveryEvent[] {
  const { biz_opaque_callback_data: ours, recipient_id: recipient, timestamp, errors } = status;
  const name = textOf(status['status']);
  const kind = rowOf(KINDS, name);
  const id = vendorIdOf(status['id']);
  if (!kind || id === undefined) return [];
  const code = /^\d{1,9}$/.exec(textOf(recordsOf(errors)[0]?.['code']) ?? '')?.[0];
  return [
    {
      channel: 'whatsapp',
      eventId: factId(id, name, textOf(timestamp)),
      kind,
      at: timeOfSeconds(timestamp),
      messageId: messageIdOf(ours),
      providerMessageId: id,
      address: phoneOf(recipient),
      vendorId: vendorIdOf(status['recipient_user_id']),
      ...(kind === 'failed' && failureOf(WHATSAPP_ERRORS, code)),
      detail: code === undefined ? undefined : { code },
    },
  ];
}

/**
 * Reads STOP and START as a text, the button of a template, the answer to buttons or to a list. Who hides the number
 * from businesses is named by a user id alone.
 */
function optOut({ id, from, from_user_id: user, timestamp, text, button, interactive }: JsonRecord): DeliveryEvent[] {
  const { button_reply: reply, list_reply: choice } = fieldsOf(interactive);
  const { text: label, payload } = fieldsOf(button);
  const written = [fieldsOf(text)['body'], label, payload, fieldsOf(reply)['title'], fieldsOf(choice)['title']];
  const at = timeOfSeconds(timestamp);
  const inbound = { channel: 'whatsapp', at, id: vendorIdOf(id), from, vendorId: vendorIdOf(user) } as const;
  return written.flatMap((one) => optOutEvents(one, inbound)).slice(0, 1);
}

/** Reads WhatsApp's own switch for marketing messages. */
function preference({ value, category, wa_id: from, user_id: user, timestamp }: JsonRecord): DeliveryEvent[] {
  if (value !== 'stop' && value !== 'resume') return [];
  const id = factId(textOf(from) ?? textOf(user), textOf(category), textOf(timestamp));
  const at = timeOfSeconds(timestamp);
  const word = value === 'stop' ? 'stop' : 'start';
  const event = optOutEvent(word, { channel: 'whatsapp', at, id, from, vendorId: vendorIdOf(user) });
  return [{ ...event, suppressScope: 'bulk' }];
}
