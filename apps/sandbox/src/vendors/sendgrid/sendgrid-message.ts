import { randomBytes } from 'node:crypto';
import { list, record, text, texts } from '../request-fields.js';
import type { Protocol, Submission, VendorReply } from '../submission.js';
import { VendorRefusal } from '../vendor-refusal.js';

const MAX_RECIPIENTS = 1_000;

/** `{errors: [{message, field, help}]}`; it has no codes: a refusal's code is the field that is wrong. */
export const sendgrid: Protocol = {
  vendor: 'sendgrid',
  channel: 'email',
  tooMany: { status: 429, code: '', text: 'too many requests' },
  refuse({ status, code = '', message }: VendorRefusal): VendorReply {
    return { status, body: { errors: [{ message, field: code === '' ? null : code, help: null }] } };
  },
};

/** Reads `POST /v3/mail/send`. */
export function readSendGridMail(body: Record<string, unknown>, account: string, raw: Buffer): Submission {
  const personalizations = list(body['personalizations']).map(record);
  const to = personalizations.flatMap((one) =>
    ['to', 'cc', 'bcc'].flatMap((kind) => list(one[kind]).map((mailbox) => text(record(mailbox)['email']) ?? '')),
  );
  const given = [body, ...personalizations].map((one) => texts(one['custom_args']));
  const tags: Record<string, string> = Object.fromEntries(given.flatMap((args) => Object.entries(args)));
  const id = randomBytes(16).toString('base64url');
  const from = record(body['from']);
  return {
    account,
    messageId: tags['message_id'] ?? null,
    providerMessageId: id,
    from: mailbox(from),
    to,
    raw,
    content: contentOf(body, personalizations),
    tags,
    refusal: refusalOf(body, to, from),
    answer: { status: 202, headers: { 'x-message-id': id }, body: '' },
  };
}

function refusalOf(
  body: Record<string, unknown>,
  to: string[],
  from: Record<string, unknown>,
): VendorRefusal | undefined {
  if (to.length === 0) {
    return new VendorRefusal(
      400,
      'personalizations',
      'The personalizations field is required and must have at least one personalization.',
    );
  }
  if (to.length > MAX_RECIPIENTS) return new VendorRefusal(400, 'personalizations', 'Too many recipients.');
  const bad = to.findIndex((address) => !/^[^\s@]+@[^\s@]+$/.test(address));
  if (bad >= 0) return new VendorRefusal(400, `personalizations.${bad}.to`, 'Does not contain a valid address.');
  const sender = text(from['email']) ?? '';
  if (sender === '') return new VendorRefusal(400, 'from', 'The from object must be provided for every email send.');
  if (/^unverified@/i.test(sender)) {
    return new VendorRefusal(403, 'from', 'The from address does not match a verified Sender Identity.');
  }
  if (list(body['content']).length > 0) return undefined;
  return new VendorRefusal(
    400,
    'content',
    'Unless a valid template_id is provided, the content parameter is required.',
  );
}

function contentOf(body: Record<string, unknown>, personalizations: Record<string, unknown>[]) {
  const parts = list(body['content']).map(record);
  const part = (type: string) => text(parts.find((one) => one['type'] === type)?.['value']);
  return {
    subject: text(personalizations[0]?.['subject']) ?? text(body['subject']),
    html: part('text/html'),
    text: part('text/plain'),
    headers: { ...texts(body['headers']), ...texts(personalizations[0]?.['headers']) },
  };
}

function mailbox({ email, name }: Record<string, unknown>): string {
  const address = text(email) ?? '';
  return text(name) === undefined ? address : `${text(name) ?? ''} <${address}>`;
}
