import { randomBytes } from 'node:crypto';
import { list, record, text } from '../request-fields.js';
import type { Protocol, Submission, VendorReply } from '../submission.js';
import { VendorRefusal } from '../vendor-refusal.js';

const CODE_OF_STATUS: Record<number, string> = {
  400: '100',
  401: '190',
  403: '10',
  404: '100',
  429: '130429',
  503: '131016',
};

/** https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
export const whatsAppCloud: Protocol = {
  vendor: 'whatsapp-cloud',
  channel: 'whatsapp',
  tooMany: { status: 429, code: '130429', text: 'Rate limit hit' },
  refuse({ status, code = CODE_OF_STATUS[status] ?? '131000', message }: VendorRefusal): VendorReply {
    const error = {
      message: `(#${code}) ${message}`,
      type: 'OAuthException',
      code: Number(code),
      error_data: { messaging_product: 'whatsapp', details: message },
      fbtrace_id: randomBytes(8).toString('base64url'),
    };
    return { status, body: { error } };
  },
};

/** Reads `POST /{version}/{phone-number-id}/messages`. */
export function readWhatsAppMessage(
  body: Record<string, unknown>,
  { account, phone, raw }: { account: string; phone: string; raw: Buffer },
): Submission {
  const to = text(body['to']) ?? '';
  const digits = to.replace(/\D/g, '');
  const id = `wamid.${randomBytes(30).toString('base64').replaceAll('=', '')}`;
  const answer = {
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: digits }],
    messages: [{ id, message_status: 'accepted' }],
  };
  const ours = text(body['biz_opaque_callback_data']);
  return {
    account,
    messageId: ours ?? null,
    providerMessageId: id,
    from: phone,
    to: digits === '' ? [] : [`+${digits}`],
    raw,
    content: { text: text(record(body['text'])['body']), template: templateOf(body) },
    tags: { ...(ours === undefined ? {} : { biz_opaque_callback_data: ours }) },
    refusal: refusalOf(body, digits),
    answer: { status: 200, body: answer },
  };
}

function templateOf(body: Record<string, unknown>) {
  if (body['type'] !== 'template') return undefined;
  const { name, language, components } = record(body['template']);
  const of = (wanted: string) =>
    list(components)
      .map(record)
      .filter(({ type }) => type === wanted);
  const shown = (component: Record<string, unknown> | undefined) => list(component?.['parameters']).map(shownParameter);
  const [header] = shown(of('header')[0]);
  const buttons = of('button').map((each) => `${text(each['sub_type'])} ${text(each['index'])}: ${shown(each).join()}`);
  return {
    name: text(name) ?? '',
    language: text(record(language)['code']) ?? '',
    parameters: shown(of('body')[0]),
    ...(header !== undefined && { header }),
    ...(buttons.length > 0 && { buttons }),
  };
}

/** What Meta's API refuses in components. */
function wrongIn(body: Record<string, unknown>): string | undefined {
  for (const component of list(record(body['template'])['components']).map(record)) {
    const { type, sub_type: kind, index, parameters } = component;
    if (!['header', 'body', 'button'].includes(text(type) ?? '')) return 'Invalid component type';
    if (type === 'button' && !['url', 'quick_reply', 'copy_code'].includes(text(kind) ?? ''))
      return 'Invalid sub_type of a button';
    if (type === 'button' && !/^\d$/.test(text(index) ?? '')) return 'A button needs its index';
    if (list(parameters).some((one) => shownParameter(one) === '')) return 'A parameter is empty';
  }
  return undefined;
}

/** Of a text, a button, or media by its address or id; of a named place with its name. */
function shownParameter(parameter: unknown): string {
  const { type, text: said, parameter_name: name, payload, coupon_code: code, ...media } = record(parameter);
  const { link, id } = record(media[text(type) ?? '']);
  const value = [said, payload, code, link, id].map(text).find((each) => each !== undefined) ?? '';
  return text(name) === undefined ? value : `${text(name)}: ${value}`;
}

/** Names and numbers that stand for what WhatsApp would find out. */
function refusalOf(body: Record<string, unknown>, digits: string): VendorRefusal | undefined {
  const invalid = (message: string) => new VendorRefusal(400, '100', message);
  if (body['messaging_product'] !== 'whatsapp') return invalid('The parameter messaging_product is required.');
  if (digits.length < 7) return invalid('Invalid parameter: to');
  const template = templateOf(body);
  const wrong = template && wrongIn(body);
  if (wrong !== undefined) return invalid(wrong);
  if (!template && text(record(body['text'])['body']) === undefined)
    return invalid('The parameter text.body is required.');
  if (template?.name.includes('missing')) {
    return new VendorRefusal(404, '132001', 'Template name does not exist in the translation');
  }
  if (digits.endsWith('0105')) return new VendorRefusal(400, '131026', 'Message undeliverable');
  if (digits.endsWith('0106')) return new VendorRefusal(400, '131047', 'Re-engagement message');
  if (digits.endsWith('0107'))
    return new VendorRefusal(429, '131056', 'Business account, consumer account pair rate limit hit');
  return undefined;
}
