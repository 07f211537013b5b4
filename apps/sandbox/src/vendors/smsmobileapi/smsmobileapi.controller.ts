import { randomBytes } from 'node:crypto';
import { All, Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LRUCache } from 'lru-cache';
import { receiptStory } from '../../receipts/receipt-story.js';
import { isRight } from '../credentials.js';
import { formOf, texts } from '../request-fields.js';
import type { Protocol, Submission, VendorReply, VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';

/**
 * Which error values it has is not documented, but that `error` is not 0 then: the sandbox's are statuses of HTTP. A
 * key that it does not know is answered with 403.
 */
const smsMobileApi: Protocol = {
  vendor: 'smsmobileapi',
  channel: 'sms',
  tooMany: { status: 429, code: '429', text: 'Too many requests' },
  refuse({ status, code = String(status), message }: VendorRefusal): VendorReply {
    return { status, body: { result: { error: code, sent: '0', note: message } } };
  },
};

const MAX_SENT = 10_000;

interface SentSms {
  guid: string;
  number: string;
  message: string;
  date: string;
}

/** SMSMobileAPI: takes GET and POST alike; what it sent can be looked up. */
@Controller('vendors/smsmobileapi')
export class SmsMobileApiController {
  private readonly sent = new LRUCache<string, SentSms & { key: string }>({ max: MAX_SENT });

  constructor(private readonly reception: VendorReception) {}

  @All('sendsms')
  send(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.receive(smsMobileApi, reply, () => this.read(fieldsOf(request)));
  }

  /** With `guid_message` one of them, else the newest. */
  @All('log/sent/sms')
  log(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.inform(smsMobileApi, reply, () => {
      const fields = fieldsOf(request);
      const key = keyOf(fields);
      const { guid_message: guid } = fields;
      const known = [...this.sent.values()].filter(
        (sms) => sms.key === key && (guid === undefined || sms.guid === guid),
      );
      const sms = known.slice(0, 100).map(({ key: _key, ...shown }) => ({ ...shown, ...phoneSays(shown.number) }));
      return { status: 200, body: { result: { error: 0, sms } } };
    });
  }

  private read(fields: Record<string, string>): Submission {
    const key = keyOf(fields);
    const { apikey: _apikey, ...rest } = fields;
    const { recipients: number = '', message = '', sIdentifiant: from = '' } = fields;
    const guid = randomBytes(20).toString('hex');
    const date = new Date().toISOString();
    const result = { error: 0, sent: '1', id: guid, note: 'sent by mobile', datetime: date };
    const whole = /^\+?\d{6,15}$/.test(number) && message !== '';
    return {
      account: key,
      messageId: null,
      providerMessageId: guid,
      from,
      to: number === '' ? [] : [number],
      raw: Buffer.from(new URLSearchParams(rest).toString()),
      content: { text: message },
      refusal: whole ? undefined : new VendorRefusal(200, '400', 'recipients and message are needed'),
      onTaken: () => void this.sent.set(guid, { key, guid, number, message, date }),
      answer: { status: 200, body: { result } },
    };
  }
}

/** What the telephone has told, in the fields that users of the log read: nothing yet, that it sent, or why not. */
function phoneSays(number: string): object {
  const story = receiptStory({ channel: 'sms', to: [number] });
  return {
    send_from_mobile: story.length > 0 && !story.includes('failed') ? '1' : '',
    send_from_mobile_erreur: story.includes('failed') ? 'RESULT_ERROR_GENERIC_FAILURE' : '',
    error_api: '0',
  };
}

function fieldsOf(request: VendorRequest): Record<string, string> {
  return { ...texts(request.query), ...formOf(request) };
}

function keyOf({ apikey }: Record<string, string>): string {
  if (isRight(apikey)) return apikey;
  throw new VendorRefusal(403, '403', 'The API key is not valid');
}
