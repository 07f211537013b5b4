import { createHash, createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Arrival } from '../../inbox/arrival.js';
import type { ReceiptKind, ReceiptRequest, ReceiptWriter, Report } from '../../receipts/receipt-writer.js';
import type { Target } from '../../receipts/target.schema.js';

const STATUSES: Partial<Record<ReceiptKind, string>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'undelivered',
};

/** Handset unreachable. */
const UNREACHABLE = '30003';

/**
 * To the StatusCallback of the message, else to the target's URL; a recipient's STOP goes to the target's URL, as to
 * the webhook of the number. Signed with the token of the account that sent.
 */
@Injectable()
export class TwilioReceipts implements ReceiptWriter {
  readonly vendors = ['twilio', 'twilio-whatsapp'] as const;
  readonly kinds = ['sent', 'delivered', 'read', 'failed', 'stop'] as const;
  readonly options = ['secret'] as const;

  write({ kind, arrival, eventId }: Report, target: Target | undefined): ReceiptRequest | null {
    const stop = kind === 'stop';
    const url = stop ? target?.url : (arrival.callback?.url ?? target?.url);
    const token = target?.secret ?? arrival.callback?.secret;
    if (url === undefined || token === undefined) return null;
    const fields = stop ? inbound(arrival, eventId) : status(arrival, kind);
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': twilioSignature(token, url, fields),
    };
    return { method: 'POST', url, headers, body: new URLSearchParams(fields).toString() };
  }
}

/** https://www.twilio.com/docs/usage/security: the URL and the sorted fields, HMAC-SHA1. */
function twilioSignature(token: string, url: string, fields: Record<string, string>): string {
  const signed = Object.keys(fields)
    .sort()
    .reduce((text, name) => `${text}${name}${fields[name] ?? ''}`, url);
  return createHmac('sha1', token).update(signed).digest('base64');
}

function status(arrival: Arrival, kind: ReceiptKind): Record<string, string> {
  const { providerMessageId, tags } = arrival;
  const [from, to] = addressesOf(arrival);
  const sid = providerMessageId ?? '';
  const word = STATUSES[kind] ?? kind;
  return {
    AccountSid: tags?.['AccountSid'] ?? '',
    ApiVersion: '2010-04-01',
    From: from,
    MessageSid: sid,
    MessageStatus: word,
    SmsSid: sid,
    SmsStatus: word,
    To: to,
    ...(kind === 'failed' ? { ErrorCode: UNREACHABLE } : {}),
  };
}

function inbound(arrival: Arrival, eventId: string): Record<string, string> {
  const [from, to] = addressesOf(arrival);
  const sid = `SM${createHash('md5').update(eventId).digest('hex')}`;
  return {
    AccountSid: arrival.tags?.['AccountSid'] ?? '',
    ApiVersion: '2010-04-01',
    Body: 'STOP',
    From: to,
    MessageSid: sid,
    NumMedia: '0',
    NumSegments: '1',
    OptOutType: 'STOP',
    SmsMessageSid: sid,
    SmsSid: sid,
    SmsStatus: 'received',
    To: from,
  };
}

/** Sender and recipient in Twilio's form. */
function addressesOf({ channel, from, to }: Arrival): [from: string, to: string] {
  const prefix = channel === 'whatsapp' ? 'whatsapp:' : '';
  return [`${prefix}${from}`, `${prefix}${to[0] ?? ''}`];
}
