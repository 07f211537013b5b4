import { randomBytes } from 'node:crypto';
import { record, text, texts } from '../request-fields.js';
import type { Submission } from '../submission.js';
import { VendorRefusal } from '../vendor-refusal.js';

/** What FCM says of a device's token, by how the token begins. */
const MAGIC_TOKENS: [RegExp, status: number, code: string, message: string][] = [
  [/^unregistered/, 404, 'UNREGISTERED', 'Requested entity was not found.'],
  [/^mismatch/, 403, 'SENDER_ID_MISMATCH', 'SenderId mismatch'],
  [/^invalid/, 400, 'INVALID_ARGUMENT', 'The registration token is not a valid FCM registration token'],
  [/^quota/, 429, 'QUOTA_EXCEEDED', 'Quota exceeded for quota metric.'],
  [/^unavailable/, 503, 'UNAVAILABLE', 'The service is currently unavailable.'],
  [/^apns/, 401, 'THIRD_PARTY_AUTH_ERROR', 'Auth error from APNS or Web Push Service'],
];

/** What the device is shown and its app is given, in bytes. */
const MAX_PAYLOAD = 4_096;

/** Reads `messages:send` of version 1. */
export function readFcmMessage(body: Record<string, unknown>, project: string, raw: Buffer): Submission {
  const message = record(body['message']);
  const { title, body: shown } = record(message['notification']);
  const token = text(message['token']) ?? '';
  const data = texts(message['data']);
  const serial = `${Date.now()}${randomBytes(2).readUInt16BE()}%${randomBytes(8).toString('hex')}`;
  const name = `projects/${project}/messages/0:${serial}`;
  return {
    account: project,
    messageId: data['message_id'] ?? null,
    providerMessageId: name,
    from: project,
    to: token === '' ? [] : [token],
    raw,
    content: { subject: text(title), text: text(shown), data },
    refusal: refusalOf(message, token),
    answer: { status: 200, body: { name } },
  };
}

function refusalOf(message: Record<string, unknown>, token: string): VendorRefusal | undefined {
  const invalid = (text: string) => new VendorRefusal(400, 'INVALID_ARGUMENT', text);
  if (token === '') return invalid('Exactly one of token, topic or condition is required');
  const { notification = {}, data = {} } = message;
  if (Object.values(record(data)).some((value) => typeof value !== 'string'))
    return invalid('Invalid value at message.data');
  if (Buffer.byteLength(JSON.stringify({ notification, data })) > MAX_PAYLOAD) {
    return invalid('Android message is too big');
  }
  const magic = MAGIC_TOKENS.find(([pattern]) => pattern.test(token));
  return magic && new VendorRefusal(magic[1], magic[2], magic[3]);
}
