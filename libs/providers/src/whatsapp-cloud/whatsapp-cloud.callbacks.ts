import { createHmac } from 'node:crypto';
import { type CallbackReader, type DeliveryEvent, UnreadableCallbackError } from '../callback.js';
import { failureOf } from '../vendor-errors.js';
import { WHATSAPP_ERRORS } from './whatsapp-cloud.errors.js';
import { timeOfSeconds } from '../callbacks/callback-time.js';
import { factId, messageIdOf, phoneOf, vendorIdOf } from '../callbacks/event-fields.js';
import { fieldsOf, jsonBody, type JsonRecord, listOf, requiredRecord, textOf } from '../callbacks/json-body.js';
import { sameSecret } from '../callbacks/same-secret.js';
import { optOutEvent } from '../callbacks/opt-out-event.js';
import { optOutWordOf } from '../callbacks/stop-words.js';

export interface WhatsAppCloudCallbackCredentials {
  phone_number_id?: string;
  /** The old and the new one while a secret is being exchanged. */
  app_secrets?: string[];
  verify_token?: string;
}

const KINDS: Readonly<Record<string, DeliveryEvent['kind']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'opened',
  failed: 'failed',
};

/** WhatsApp's Cloud API: batches of statuses and of messages that come in, signed with the app's secret. */
export const whatsAppCloudCallbacks: CallbackReader<WhatsAppCloudCallbackCredentials> = {
  signed: true,
  // https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks: up to 3 MB.
  maxCallbackBytes: 3_145_728,

  /** A challenge is asked for by GET, and its token is checked where it is answered. */
  async verify({ method, headers, body }, { app_secrets: secrets = [] }) {
    if (method === 'GET') return true;
    const signature = headers['x-hub-signature-256'];
    if (signature === undefined) return false;
    return secrets.some(
      (secret) =>
        secret !== '' && sameSecret(signature, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`),
    );
  },

  /**
   * An app has one webhook for all its numbers, unless they are given their own: what is told of others is left out.
   */
  read(request, { phone_number_id: ours } = {}): DeliveryEvent[] {
    const { object, entry } = requiredRecord(jsonBody(request));
    if (object !== 'whatsapp_business_account') throw new UnreadableCallbackError('it is about no WhatsApp account');
    return listOf(entry)
      .flatMap((account) => listOf(fieldsOf(account)['changes']))
      .map((change) => fieldsOf(fieldsOf(change)['value']))
      .filter((value) => concerns(ours, value))
      .flatMap(({ statuses, messages, user_preferences: preferences }) => [
        ...listOf(statuses).map(fieldsOf).flatMap(receipt),
        ...listOf(messages).map(fieldsOf).flatMap(optOut),
        ...listOf(preferences).map(fieldsOf).flatMap(preference),
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

/** What names no number is about the whole account. */
function concerns(ours: string | undefined, { metadata }: JsonRecord): boolean {
  const theirs = textOf(fieldsOf(metadata)['phone_number_id']);
  return ours === undefined || theirs === undefined || theirs === ours;
}

function receipt(status: JsonRecord): DeliveryEvent[] {
  const { status: name, biz_opaque_callback_data: ours, recipient_id: recipient, timestamp, errors } = status;
  const id = vendorIdOf(status['id']);
  if (typeof name !== 'string' || !Object.hasOwn(KINDS, name) || id === undefined) return [];
  const kind = KINDS[name] as DeliveryEvent['kind'];
  const user = vendorIdOf(status['recipient_user_id']);
  const code = /^\d{1,9}$/.exec(textOf(fieldsOf(listOf(errors)[0])['code']) ?? '')?.[0];
  return [
    {
      channel: 'whatsapp',
      eventId: factId(id, name, textOf(timestamp)),
      kind,
      at: timeOfSeconds(timestamp),
      messageId: messageIdOf(ours),
      providerMessageId: id,
      address: phoneOf(recipient),
      ...(user !== undefined && { vendorId: user }),
      ...(kind === 'failed' && failureOf(WHATSAPP_ERRORS, code)),
      ...(code !== undefined && { detail: { code } }),
    },
  ];
}

/** What people may say STOP with: a text, the button of a template, the answer to buttons or to a list. */
function saidIn({ text, button, interactive }: JsonRecord): unknown[] {
  const { button_reply: reply, list_reply: choice } = fieldsOf(interactive);
  const pressed = fieldsOf(button);
  return [
    fieldsOf(text)['body'],
    pressed['text'],
    pressed['payload'],
    fieldsOf(reply)['title'],
    fieldsOf(choice)['title'],
  ];
}

/** Who hides the number from businesses is named by a user id alone. */
function optOut(message: JsonRecord): DeliveryEvent[] {
  const id = vendorIdOf(message['id']);
  const word = saidIn(message)
    .map((said) => optOutWordOf(textOf(said) ?? ''))
    .find((said) => said !== null);
  if (!word) return [];
  const at = timeOfSeconds(message['timestamp']);
  const vendorId = vendorIdOf(message['from_user_id']);
  return [optOutEvent(word, { channel: 'whatsapp', at, id, from: message['from'], vendorId })];
}

/** WhatsApp's own switch for marketing messages. */
function preference({ value, category, wa_id: from, user_id: user, timestamp }: JsonRecord): DeliveryEvent[] {
  if (value !== 'stop' && value !== 'resume') return [];
  const id = factId(textOf(from) ?? textOf(user), textOf(category), textOf(timestamp));
  const at = timeOfSeconds(timestamp);
  const word = value === 'stop' ? 'stop' : 'start';
  const told = optOutEvent(word, { channel: 'whatsapp', at, id, from, vendorId: vendorIdOf(user) });
  return [{ ...told, suppressScope: 'bulk' }];
}
