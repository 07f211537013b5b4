import { Webhook } from 'standardwebhooks';
import { meaningOfSesBounce } from '../aws/ses-bounce-types.js';
import { rowOf } from '../by-code.js';
import type { CallbackReader, EventMeaning } from '../callback.js';
import { isRecent, timeOf, timeOfSeconds } from '../callbacks/callback-time.js';
import { emailOf, factId, messageIdOf, vendorIdOf, vendorWord } from '../callbacks/event-fields.js';
import { replyText } from '../callbacks/reply-text.js';
import { isSigned } from '../callbacks/same-secret.js';
import { fieldsOf, type JsonRecord, listOf, recordsOf, requiredFields, textOf } from '../json.js';
import type { ResendCredentials } from './resend.credentials.js';

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
export const resendCallbacks: CallbackReader<Pick<ResendCredentials, 'webhook_secrets'>> = {
  signed: true,

  async verify({ headers, body, receivedAt }, { webhook_secrets: secrets = [] }) {
    const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(
      (name) => headers[`svix-${name}`] ?? headers[`webhook-${name}`],
    );
    const at = timeOfSeconds(timestamp);
    if (id === undefined || signatures === undefined || !at || !isRecent(at, receivedAt)) return false;
    return isSigned(signatures.split(' '), secrets, (secret) => signatureOf(secret, id, at, body));
  },

  read({ headers, body }) {
    const { type, created_at: createdAt, data: fields } = requiredFields(body.toString());
    const data = fieldsOf(fields);
    const read = rowOf(READ, type);
    if (!read) return [];
    const id = vendorIdOf(data['email_id']);
    return [
      {
        ...read(data),
        channel: 'email',
        eventId: vendorIdOf(headers['svix-id'] ?? headers['webhook-id']) ?? factId(textOf(type), id, textOf(createdAt)),
        at: timeOf(createdAt),
        messageId: messageIdOf(tagOf(data['tags'], 'message_id')),
        providerMessageId: id,
        address: emailOf(listOf(data['to'])[0]),
      },
    ];
  },
};

/**
 * Signs as Standard Webhooks (`v1,…`). Its own `verify` goes by the clock of the moment instead of the time of arrival,
 * and parses the body. Undefined for what is no secret.
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
  return recordsOf(tags).find((tag) => tag['name'] === name)?.['value'];
}

function bounced(data: JsonRecord): EventMeaning {
  const { message, diagnosticCode, ...bounce } = fieldsOf(data['bounce']);
  const [type, subType] = [textOf(bounce['type']), textOf(bounce['subType'])];
  const text = [message, ...listOf(diagnosticCode)].map(textOf).join(' ').trim();
  const addresses = addressesOf(data);
  return {
    ...meaningOfSesBounce({ type, subType, text, recipient: addresses[0] }),
    detail: { type: vendorWord(type), subtype: vendorWord(subType), reply: replyText(text, ...addresses) },
  };
}

function failed(data: JsonRecord): EventMeaning {
  const reason = textOf(fieldsOf(data['failed'])['reason']) ?? '';
  return { kind: 'failed', reason: 'refused', detail: { reply: replyText(reason, ...addressesOf(data)) } };
}

function addressesOf(data: JsonRecord): string[] {
  return listOf(data['to']).flatMap((address) => emailOf(address) ?? []);
}
