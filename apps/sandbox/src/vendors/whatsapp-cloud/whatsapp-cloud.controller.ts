import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isRight } from '../credentials.js';
import { bearerOf, jsonOf } from '../request-fields.js';
import type { VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { readWhatsAppMessage, whatsAppCloud } from './whatsapp-message.js';

/** WhatsApp's Cloud API. */
@Controller('vendors/whatsapp-cloud/:version/:phone')
export class WhatsAppCloudController {
  constructor(private readonly reception: VendorReception) {}

  @Post('messages')
  send(@Param('phone') phone: string, @Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.receive(whatsAppCloud, reply, () => {
      const account = `${tokenOf(request, phone)} ${phone}`;
      return readWhatsAppMessage(jsonOf(request), { account, phone, raw: request.rawBody ?? Buffer.alloc(0) });
    });
  }

  @Get()
  show(@Param('phone') id: string, @Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.inform(whatsAppCloud, reply, () => {
      tokenOf(request, id);
      const number = {
        verified_name: 'Outbell sandbox',
        display_phone_number: '+1 555 0100',
        quality_rating: 'GREEN',
        id,
      };
      return { status: 200, body: number };
    });
  }
}

function tokenOf(request: VendorRequest, phone: string): string {
  const token = bearerOf(request);
  if (!isRight(token)) throw new VendorRefusal(401, '190', 'Invalid OAuth access token - Cannot parse access token');
  if (/^\d+$/.test(phone)) return token;
  throw new VendorRefusal(400, '100', `Unsupported request. Object with ID '${phone}' does not exist`);
}
