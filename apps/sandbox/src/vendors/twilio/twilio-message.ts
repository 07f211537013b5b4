import { randomBytes } from 'node:crypto';
import type { Submission } from '../submission.js';
import { VendorRefusal } from '../vendor-refusal.js';

/** The account that a request has shown to be. */
export interface TwilioAccount {
  sid: string;
  token: string;
}

/** Twilio's magic numbers of test credentials, with the errors they stand for. */
const MAGIC_RECIPIENTS: Record<string, [code: string, text: string]> = {
  '+15005550001': ['21211', "The 'To' number is not a valid phone number."],
  '+15005550002': ['21612', 'Message cannot be sent with the current combination of To and From.'],
  '+15005550003': ['21408', 'Permission to send an SMS has not been enabled for the region.'],
  '+15005550004': ['21610', 'Attempt to send to unsubscribed recipient'],
  '+15005550009': ['21614', "'To' number is not a valid mobile number"],
};
const MAGIC_SENDERS: Record<string, [code: string, text: string]> = {
  '+15005550001': ['21212', "The 'From' number is not a valid phone number."],
  '+15005550007': ['21606', "The 'From' phone number is not a valid, message-capable number."],
  '+15005550008': ['21611', "This 'From' number has exceeded the maximum number of queued messages."],
};

const NUMBER = /^\+[1-9]\d{6,14}$/;
const MAX_CHARACTERS = 1_600;

/** Reads a form of `Messages.json`, as https://www.twilio.com/docs/messaging/api/message-resource describes it. */
export function readTwilioMessage(form: Record<string, string>, account: TwilioAccount, raw: Buffer): Submission {
  const { To: to = '', From: from, MessagingServiceSid: service, Body: body, StatusCallback: url } = form;
  const sid = `SM${randomBytes(16).toString('hex')}`;
  return {
    account: account.sid,
    messageId: url !== undefined && URL.canParse(url) ? new URL(url).searchParams.get('m') : null,
    providerMessageId: sid,
    from: bare(from ?? service ?? ''),
    to: to === '' ? [] : [bare(to)],
    raw,
    content: { text: body, template: templateOf(form) },
    callback: { url, secret: account.token },
    tags: { AccountSid: account.sid },
    refusal: refusalOf(form),
    answer: { status: 201, body: resource(sid, form, account.sid) },
  };
}

function refusalOf(form: Record<string, string>): VendorRefusal | undefined {
  const {
    To: to,
    From: from,
    MessagingServiceSid: service,
    Body: body,
    ContentSid: content,
    StatusCallback: url,
  } = form;
  const wrong = (code: string, text: string) => new VendorRefusal(400, code, text);
  if (!to) return wrong('21604', "A 'To' phone number is required.");
  if (!from && !service) return wrong('21603', "A 'From' phone number is required.");
  if (!body && !content) return wrong('21602', 'Message body is required.');
  if ((body?.length ?? 0) > MAX_CHARACTERS)
    return wrong('21617', 'The concatenated message body exceeds the 1600 character limit.');
  const validity = form['ValidityPeriod'];
  if (validity !== undefined && !(Number(validity) >= 1 && Number(validity) <= 36_000))
    return wrong('21626', 'The ValidityPeriod must be a number of seconds from 1 to 36000.');
  if (url !== undefined && !URL.canParse(url)) return wrong('21609', `Invalid 'StatusCallback' URL`);
  const magic = MAGIC_RECIPIENTS[bare(to)] ?? MAGIC_SENDERS[bare(from ?? '')];
  if (magic) return wrong(...magic);
  return NUMBER.test(bare(to)) ? undefined : wrong('21211', "The 'To' number is not a valid phone number.");
}

function bare(address: string): string {
  return address.replace(/^whatsapp:/, '');
}

/** WhatsApp's approved templates are Twilio's contents; their variables are numbered, or have names. */
function templateOf({ ContentSid: name, ContentVariables: variables = '{}' }: Record<string, string>) {
  if (name === undefined) return undefined;
  try {
    return { name, language: '', parameters: Object.values(JSON.parse(variables) as object).map(String) };
  } catch {
    return { name, language: '', parameters: [] };
  }
}

function resource(sid: string, form: Record<string, string>, account: string): object {
  const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}`;
  const now = new Date().toUTCString().replace('GMT', '+0000');
  return {
    account_sid: account,
    api_version: '2010-04-01',
    body: form['Body'] ?? '',
    date_created: now,
    date_sent: null,
    date_updated: now,
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: form['From'] ?? null,
    messaging_service_sid: form['MessagingServiceSid'] ?? null,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    sid,
    status: form['MessagingServiceSid'] === undefined ? 'queued' : 'accepted',
    subresource_uris: { media: `${uri}/Media.json` },
    to: form['To'],
    uri: `${uri}.json`,
  };
}
