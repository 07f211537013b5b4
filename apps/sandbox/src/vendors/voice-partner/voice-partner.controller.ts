import { randomBytes } from 'node:crypto';
import { Controller, Delete, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { LRUCache } from 'lru-cache';
import { isRight } from '../credentials.js';
import { jsonOf, text } from '../request-fields.js';
import type { Protocol, Submission, VendorReply, VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';

const CODE_OF_STATUS: Record<number, string> = { 401: '10', 403: '10' };
const MAX_NUMBERS = 500;
const MAX_CAMPAIGNS = 10_000;

/** `{success: false, code, message}`; documented are 10 (not authorized), 400 and 404. */
const voicePartner: Protocol = {
  vendor: 'voice-partner',
  channel: 'voice',
  tooMany: { status: 429, code: '429', text: 'Too many requests: 5 per minute' },
  refuse({ status, code = CODE_OF_STATUS[status] ?? String(status), message }: VendorRefusal): VendorReply {
    return { status, body: { success: false, code: Number(code), message } };
  },
};

/** Voice Partner: recordings into voice mailboxes, one campaign a call. */
@Controller('vendors/voice-partner/v1')
export class VoicePartnerController {
  /** Who sent them, by their ids */
  private readonly campaigns = new LRUCache<string, string>({ max: MAX_CAMPAIGNS });

  constructor(private readonly reception: VendorReception) {}

  @Post('campaign/send')
  send(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.receive(voicePartner, reply, () => {
      const campaign = readCampaign(jsonOf(request));
      const { providerMessageId, account } = campaign;
      return { ...campaign, onTaken: () => void this.campaigns.set(providerMessageId, account) };
    });
  }

  @Delete('campaign/cancel/:key/:id')
  cancel(@Param('key') key: string, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.inform(voicePartner, reply, () => {
      checkKey(key);
      if (this.campaigns.get(id) !== key) throw new VendorRefusal(404, '404', 'Campaign not found');
      this.campaigns.delete(id);
      return { status: 200, body: { success: true, campaignId: id, assignedCredit: '0.1', currency: 'EUR' } };
    });
  }
}

function readCampaign(body: Record<string, unknown>): Submission {
  const account = checkKey(text(body['apiKey']));
  const { apiKey: _apiKey, ...rest } = body;
  const numbers = (text(body['phoneNumbers']) ?? '').split(',').map((number) => number.trim());
  const id = `NDA_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}_${randomBytes(4).readUInt32BE()}`;
  const url = text(body['notifyUrl']);
  return {
    account,
    messageId: url !== undefined && URL.canParse(url) ? new URL(url).searchParams.get('m') : null,
    providerMessageId: id,
    from: text(body['sender']) ?? '',
    to: numbers.filter((number) => number !== ''),
    raw: Buffer.from(JSON.stringify(rest)),
    content: { audio: text(body['tokenAudio']) },
    callback: { url },
    tags: { campaign_token: randomBytes(9).toString('base64url') },
    refusal: refusalOf(body, numbers),
    answer: {
      status: 200,
      body: { success: true, campaignId: id, cost: 0.1 * numbers.length, currency: 'EUR' },
    },
  };
}

function refusalOf(body: Record<string, unknown>, numbers: string[]): VendorRefusal | undefined {
  const wrong = (message: string) => new VendorRefusal(400, '400', message);
  if (!text(body['tokenAudio'])) return wrong('tokenAudio is required');
  if (body['tokenAudio'] === 'missing') return new VendorRefusal(404, '404', 'The audio file does not exist');
  if (!text(body['emailForNotification'])) return wrong('emailForNotification is required');
  if (numbers.length > MAX_NUMBERS) return wrong('500 numbers at most');
  return numbers.every((number) => /^(\+|00)?\d{8,15}$/.test(number)) ? undefined : wrong('phoneNumbers is not valid');
}

function checkKey(key: string | undefined): string {
  if (isRight(key)) return key;
  throw new VendorRefusal(401, '10', 'API key is not valid');
}
