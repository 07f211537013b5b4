import { Webhook } from 'standardwebhooks';
import type { CallbackReader, CallbackRequest, DeliveryEvent, EventMeaning } from '../callback.js';
import { replyText } from '../callbacks/reply-text.js';
import { isRecent, timeOf, timeOfSeconds } from '../callbacks/callback-time.js';
import { emailOf, factId, messageIdOf, vendorIdOf, vendorWord } from '../callbacks/event-fields.js';
import { fieldsOf, jsonBody, type JsonRecord, listOf, requiredRecord, textOf } from '../callbacks/json-body.js';
import { sameSecret } from '../callbacks/same-secret.js';
import { meaningOfSesBounce } from '../aws/ses-bounce-types.js';

export interface ResendCallbackCredentials {
  /** `whsec_…`: the old and the new one while a secret is being exchanged. */
  webhook_secrets?: string[];
}

const READ: Readonly<Record<string, (data: JsonRecord) => EventMeaning>> = {
  'email.sent': () => ({ kind: 'sent' }),
  'email.delivered': () => ({ kind: 'delivered' }),
  'email.delivery_delayed': () => ({ kind: 'deferred', reason: 'delivery_delayed' }),
  'email.bounced': bounced,
  'email.complained': () => ({ kind: 'complained', suppress: 'complaint' }),
  'email.opened': () => ({ kind: 'opened' }),
  'email.clicked': () => ({ kind: 'clicked' }),
  'email.failed': failed,
  'email.suppressed': () => ({ kind: 'failed', reason: 'suppressed_by_vendor', suppress: 'bounce' }),
};

/** Resend's webhooks, signed as Svix and Standard Webhooks do: HMAC-SHA256 over id, time and the untouched body. */
export const resendCallbacks: CallbackReader<ResendCallbackCredentials> = {
  signed: true,

  async verify({ headers, body, receivedAt }, { webhook_secrets: secrets = [] }) {
    const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(
      (name) => headers[`svix-${name}`] ?? headers[`webhook-${name}`],
    );
    if (id === undefined || timestamp === undefined || signatures === undefined) return false;
    const at = timeOfSeconds(timestamp);
    if (!at || !isRecent(at, receivedAt)) return false;
    const given = signatures.split(' ');
    return secrets.some((secret) => {
      const expected = signatureOf(secret, id, at, body);
      return expected !== undefined && given.some((signature) => sameSecret(signature, expected));
    });
  },

  read(request: CallbackRequest): DeliveryEvent[] {
    const event = requiredRecord(jsonBody(request));
    const { type, created_at: createdAt } = event;
    const data = fieldsOf(event['data']);
    if (typeof type !== 'string' || !Object.hasOwn(READ, type)) return [];
    const id = vendorIdOf(data['email_id']);
    const [address] = listOf(data['to']);
    return [
      {
        ...(READ[type]?.(data) as EventMeaning),
        channel: 'email',
        eventId:
          vendorIdOf(request.headers['svix-id'] ?? request.headers['webhook-id']) ??
          factId(type, id, textOf(createdAt)),
        at: timeOf(createdAt),
        messageId: messageIdOf(tagOf(data['tags'], 'message_id')),
        providerMessageId: id,
        address: emailOf(address),
      },
    ];
  },
};

/**
 * `v1,…` of Standard Webhooks. Its own `verify` goes by the clock of the moment instead of the time of arrival, and
 * parses the body.
 *
 * @returns undefined for what is no secret: a connection with one that is mistyped trusts nobody by it
 */
function signatureOf(secret: string, id: string, at: Date, body: Buffer): string | undefined {
  try {
    return new Webhook(secret).sign(id, at, body);
  } catch {
    return undefined;
  }
}

/** Tags come back as they were given, a list of names and values, or as one object. */
function tagOf(tags: unknown, name: string): unknown {
  if (!Array.isArray(tags)) return fieldsOf(tags)[name];
  return tags.map(fieldsOf).find((tag) => tag['name'] === name)?.['value'];
}

function bounced(data: JsonRecord): EventMeaning {
  const bounce = fieldsOf(data['bounce']);
  const text = [textOf(bounce['message']), ...listOf(bounce['diagnosticCode']).map(textOf)].join(' ').trim();
  const [type, subType] = [textOf(bounce['type']), textOf(bounce['subType'])];
  return {
    ...meaningOfSesBounce({ type, subType, text, recipient: addressesOf(data)[0] }),
    detail: { type: vendorWord(type), subtype: vendorWord(subType), reply: replyText(text, ...addressesOf(data)) },
  };
}

function failed(data: JsonRecord): EventMeaning {
  const reason = textOf(fieldsOf(data['failed'])['reason']) ?? '';
  return { kind: 'failed', reason: 'refused', detail: { reply: replyText(reason, ...addressesOf(data)) } };
}

function addressesOf(data: JsonRecord): string[] {
  return listOf(data['to']).flatMap((address) => emailOf(address) ?? []);
}
