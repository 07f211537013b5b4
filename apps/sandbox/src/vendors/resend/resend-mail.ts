import { list, namedValues, record, text, texts } from '../request-fields.js';
import type { Protocol, VendorReply } from '../submission.js';
import { VendorRefusal } from '../vendor-refusal.js';

const NAME_OF_STATUS: Record<number, string> = {
  400: 'validation_error',
  401: 'restricted_api_key',
  403: 'invalid_api_key',
  404: 'not_found',
  409: 'concurrent_idempotent_requests',
  422: 'missing_required_field',
  429: 'rate_limit_exceeded',
};

const MAX_RECIPIENTS = 50;

/** https://resend.com/docs/api-reference/errors */
export const resend: Protocol = {
  vendor: 'resend',
  channel: 'email',
  tooMany: {
    status: 429,
    code: 'rate_limit_exceeded',
    text: 'Too many requests. You can only make 5 requests per second.',
  },
  refuse({ status, code = NAME_OF_STATUS[status] ?? 'internal_server_error', message }: VendorRefusal): VendorReply {
    return { status, body: { statusCode: status, name: code, message } };
  },
};

/** A mail as `POST /emails` has it. */
export function readResendMail(body: Record<string, unknown>) {
  const to = ['to', 'cc', 'bcc'].flatMap((kind) => [body[kind] ?? []].flat().map(String));
  return {
    from: text(body['from']) ?? '',
    to,
    content: {
      subject: text(body['subject']),
      html: text(body['html']),
      text: text(body['text']),
      headers: texts(record(body['headers'])),
    },
    tags: namedValues(body['tags'], 'name', 'value'),
    refusal: refusalOf(body, to),
  };
}

function refusalOf(body: Record<string, unknown>, to: string[]): VendorRefusal | undefined {
  const missing = ['to', 'from', 'subject'].find((field) => !body[field]);
  if (missing !== undefined) return new VendorRefusal(422, 'missing_required_field', `Missing \`${missing}\` field.`);
  if (!body['html'] && !body['text']) {
    return new VendorRefusal(422, 'validation_error', 'Missing `html` or `text` field.');
  }
  if (to.length > MAX_RECIPIENTS) return new VendorRefusal(422, 'validation_error', 'Too many recipients.');
  if (to.some((address) => !/@[^\s@]+$/.test(address))) {
    return new VendorRefusal(422, 'validation_error', 'Invalid `to` field.');
  }
  const strange = list(body['tags'])
    .map(record)
    .some(({ name }) => !/^[\w-]{1,256}$/.test(text(name) ?? ''));
  if (strange)
    return new VendorRefusal(422, 'validation_error', 'Tags should only contain ASCII letters, numbers, _ or -.');
  if (!/\bunverified@/i.test(text(body['from']) ?? '')) return undefined;
  return new VendorRefusal(403, 'validation_error', 'The domain is not verified.');
}
