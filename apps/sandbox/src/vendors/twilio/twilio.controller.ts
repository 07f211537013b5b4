import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { basicOf, isRight } from '../credentials.js';
import { formOf } from '../request-fields.js';
import type { VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { readTwilioMessage, type TwilioAccount } from './twilio-message.js';
import { twilioSms, twilioWhatsApp } from './twilio-protocol.js';

const ACCOUNT_SID = /^AC[0-9a-f]{32}$/;

/** Twilio: text messages, and WhatsApp to `whatsapp:+…`. */
@Controller('vendors/twilio/2010-04-01/Accounts')
export class TwilioController {
  constructor(private readonly reception: VendorReception) {}

  @Post(':sid/Messages.json')
  send(@Param('sid') sid: string, @Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formOf(request);
    const protocol = form['To']?.startsWith('whatsapp:') ? twilioWhatsApp : twilioSms;
    return this.reception.receive(protocol, reply, () =>
      readTwilioMessage(form, accountOf(sid, request), request.rawBody ?? Buffer.alloc(0)),
    );
  }

  /** What a look at the credentials asks for. */
  @Get(':file')
  account(@Param('file') file: string, @Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.inform(twilioSms, reply, () => {
      const { sid } = accountOf(file.replace(/\.json$/, ''), request);
      return { status: 200, body: { sid, friendly_name: 'Outbell sandbox', status: 'active', type: 'Full' } };
    });
  }
}

/** Of an account's SID or of an API key, the password is taken as the account's token. */
function accountOf(sid: string, request: VendorRequest): TwilioAccount {
  const [user, token] = basicOf(request) ?? [];
  const known = user === sid || /^SK[0-9a-f]{32}$/.test(user ?? '');
  if (!known || !isRight(sid, ACCOUNT_SID) || !isRight(token)) throw new VendorRefusal(401, '20003', 'Authenticate');
  return { sid, token };
}
