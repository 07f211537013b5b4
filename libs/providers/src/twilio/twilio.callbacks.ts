import { createHash } from 'node:crypto';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { rowOf } from '../by-code.js';
import { type CallbackReader, type CallbackRequest, type DeliveryEvent, UnreadableCallbackError } from '../callback.js';
import { factId, messageIdOf, phoneOf, vendorIdOf } from '../callbacks/event-fields.js';
import { optOutEvent, optOutEvents } from '../callbacks/opt-out-event.js';
import { sameSecret } from '../callbacks/same-secret.js';
import { type JsonRecord, requiredFields, textOf } from '../json.js';
import { failureOf } from '../vendor-errors.js';
import type { TwilioCredentials } from './twilio.credentials.js';
import { TWILIO_ERRORS } from './twilio.errors.js';

const KINDS: Readonly<Record<string, DeliveryEvent['kind']>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'opened',
  undelivered: 'failed',
  failed: 'failed',
};

/** Statuses that say nothing yet, or what we know. */
const IN_TRANSIT = new Set(['accepted', 'scheduled', 'queued', 'sending', 'canceled', 'receiving', 'received']);

/** Twilio, for SMS and for WhatsApp: what became of a message (`StatusCallback`), and messages that come in. */
export const twilioCallbacks: CallbackReader<Pick<TwilioCredentials, 'auth_token' | 'former_auth_tokens'>> = {
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

  read(request) {
    const fields = bodyFields(request);
    const id = vendorIdOf(fields['MessageSid'] ?? fields['SmsSid']);
    if (id === undefined) throw new UnreadableCallbackError('there is no MessageSid');
    const status = textOf(fields['MessageStatus'] ?? fields['SmsStatus'])?.toLowerCase() ?? '';
    const kind = rowOf(KINDS, status);
    if (kind) return [receipt(request.url, fields, { id, status, kind })];
    if (fields['Body'] !== undefined || fields['OptOutType'] !== undefined) return optOut(fields, id);
    if (IN_TRANSIT.has(status)) return [];
    throw new UnreadableCallbackError('there is neither MessageStatus nor Body');
  },
};

/** Reads a form: a name that comes twice has a list of values. */
function parametersOf(form: string): Record<string, string | string[]> {
  const query = new URLSearchParams(form);
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? '')];
    }),
  );
}

function bodyFields({ method, url, headers, body }: CallbackRequest): JsonRecord {
  if (method === 'GET') return Object.fromEntries(url.searchParams);
  const isJson = headers['content-type']?.includes('json') === true;
  return isJson ? requiredFields(body.toString()) : parametersOf(body.toString());
}

function receipt(
  { searchParams: query }: URL,
  fields: JsonRecord,
  { id, status, kind }: { id: string; status: string; kind: DeliveryEvent['kind'] },
): DeliveryEvent {
  const to = textOf(fields['To']);
  const code = /^\d{1,6}$/.exec(textOf(fields['ErrorCode']) ?? '')?.[0];
  return {
    channel: channelOf(to ?? textOf(fields['From'])),
    eventId: factId(id, status, code),
    kind,
    // It does not say when.
    at: null,
    messageId: messageIdOf(query.get('m')),
    providerMessageId: id,
    address: phoneOf(to),
    ...(kind === 'failed' && failureOf(TWILIO_ERRORS, code)),
    detail: { status, ...(code !== undefined && { code }) },
  };
}

/** Reads a message that came in. Twilio names its word where it minds them (Advanced Opt-Out); elsewhere we read it. */
function optOut({ From, To, WaId, Body, OptOutType }: JsonRecord, id: string): DeliveryEvent[] {
  const from = textOf(From);
  const sender = phoneOf(from) ?? WaId ?? from;
  const inbound = { channel: channelOf(from), at: null, id, from: sender, writtenTo: phoneOf(To) };
  const type = textOf(OptOutType)?.toLowerCase();
  if (type === undefined) return optOutEvents(Body, inbound);
  return type === 'stop' || type === 'start' ? [optOutEvent(type, inbound)] : [];
}

function channelOf(address = ''): 'sms' | 'whatsapp' {
  return address.startsWith('whatsapp:') ? 'whatsapp' : 'sms';
}
