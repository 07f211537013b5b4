import { createHash } from 'node:crypto';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { type CallbackReader, type CallbackRequest, type DeliveryEvent, UnreadableCallbackError } from '../callback.js';
import { TWILIO_ERRORS } from './twilio.errors.js';
import { failureOf } from '../vendor-errors.js';
import { factId, messageIdOf, phoneOf, vendorIdOf } from '../callbacks/event-fields.js';
import { fieldsOf, jsonBody, requiredRecord, textOf } from '../callbacks/json-body.js';
import { optOutEvent } from '../callbacks/opt-out-event.js';
import { sameSecret } from '../callbacks/same-secret.js';
import { type OptOutWord, optOutWordOf } from '../callbacks/stop-words.js';

export interface TwilioCallbackCredentials {
  auth_token: string;
  /** While a token is being exchanged. */
  former_auth_tokens?: string[];
}

type Parameters = Readonly<Record<string, string | string[]>>;

const KINDS: Readonly<Record<string, DeliveryEvent['kind']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'opened',
  undelivered: 'failed',
  failed: 'failed',
};

/** Statuses that say nothing yet, or what we know. */
const ON_THE_WAY = new Set(['accepted', 'scheduled', 'queued', 'sending', 'canceled', 'receiving', 'received']);

/** Twilio, for SMS and for WhatsApp: what became of a message (`StatusCallback`), and messages that come in. */
export const twilioCallbacks: CallbackReader<TwilioCallbackCredentials> = {
  signed: true,

  async verify(request, { auth_token: token, former_auth_tokens: former = [] }) {
    const signature = request.headers['x-twilio-signature'];
    if (signature === undefined) return false;
    const bodyHash = request.url.searchParams.get('bodySHA256');
    // A body that is no form is signed by its hash, and the hash by being in the URL.
    if (bodyHash !== null) {
      const hash = createHash('sha256').update(request.body).digest('hex');
      if (!sameSecret(bodyHash.toLowerCase(), hash)) return false;
    }
    const parameters = bodyHash === null && request.method === 'POST' ? parametersOf(request.body.toString()) : {};
    const { href } = request.url;
    // URL escapes the apostrophe, which Twilio leaves as it was given. Each is tried with the port and without.
    const urls = href.includes('%27') ? [href, href.replaceAll('%27', "'")] : [href];
    return [token, ...former].some((key) => urls.some((url) => validateRequest(key, signature, url, parameters)));
  },

  read(request: CallbackRequest): DeliveryEvent[] {
    const fields = bodyFields(request);
    const id = vendorIdOf(fields['MessageSid'] ?? fields['SmsSid']);
    if (id === undefined) throw new UnreadableCallbackError('there is no MessageSid');
    const status = textOf(fields['MessageStatus'] ?? fields['SmsStatus'])?.toLowerCase() ?? '';
    if (Object.hasOwn(KINDS, status)) return [receipt(request, fields, id, status)];
    if (fields['Body'] !== undefined || fields['OptOutType'] !== undefined) return optOut(fields, id);
    if (ON_THE_WAY.has(status)) return [];
    throw new UnreadableCallbackError('there is neither MessageStatus nor Body');
  },
};

/** Of a form: a name that comes twice has a list of values. */
function parametersOf(form: string): Parameters {
  const query = new URLSearchParams(form);
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? '')];
    }),
  );
}

function bodyFields(request: CallbackRequest): Readonly<Record<string, unknown>> {
  if (request.method === 'GET') return Object.fromEntries(request.url.searchParams);
  const isJson = request.headers['content-type']?.includes('json') === true;
  if (!isJson) return parametersOf(request.body.toString());
  return fieldsOf(requiredRecord(jsonBody(request)));
}

function receipt(
  { url }: CallbackRequest,
  fields: Readonly<Record<string, unknown>>,
  id: string,
  status: string,
): DeliveryEvent {
  const kind = KINDS[status] as DeliveryEvent['kind'];
  const to = textOf(fields['To']);
  const code = /^\d{1,6}$/.exec(textOf(fields['ErrorCode']) ?? '')?.[0];
  return {
    channel: channelOf(to ?? textOf(fields['From'])),
    eventId: factId(id, status, code),
    kind,
    // It does not say when.
    at: null,
    messageId: messageIdOf(url.searchParams.get('m')),
    providerMessageId: id,
    address: phoneOf(to),
    ...(kind === 'failed' && failureOf(TWILIO_ERRORS, code)),
    detail: { status, ...(code !== undefined && { code }) },
  };
}

/** A message that came in. Twilio says so itself where it minds the words (Advanced Opt-Out); elsewhere we do. */
function optOut(fields: Readonly<Record<string, unknown>>, id: string): DeliveryEvent[] {
  const from = textOf(fields['From']);
  const word = wordOf(textOf(fields['OptOutType'])?.toUpperCase(), textOf(fields['Body']) ?? '');
  if (word === null) return [];
  const writtenTo = phoneOf(fields['To']);
  return [
    optOutEvent(word, {
      channel: channelOf(from),
      at: null,
      id,
      from: phoneOf(from) ?? fields['WaId'] ?? from,
      writtenTo,
    }),
  ];
}

function wordOf(said: string | undefined, body: string): OptOutWord | null {
  if (said === undefined) return optOutWordOf(body);
  if (said === 'STOP') return 'stop';
  return said === 'START' ? 'start' : null;
}

function channelOf(address = ''): 'sms' | 'whatsapp' {
  return address.startsWith('whatsapp:') ? 'whatsapp' : 'sms';
}
