import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isRight } from '../credentials.js';
import { bearerOf, jsonOf } from '../request-fields.js';
import type { VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { VendorRefusal } from '../vendor-refusal.js';
import { readSendGridMail, sendgrid } from './sendgrid-message.js';

/** SendGrid, version 3 of its API. */
@Controller('vendors/sendgrid/v3')
export class SendGridController {
  constructor(private readonly reception: VendorReception) {}

  @Post('mail/send')
  send(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.receive(sendgrid, reply, () =>
      readSendGridMail(jsonOf(request), keyOf(request), request.rawBody ?? Buffer.alloc(0)),
    );
  }

  @Get('scopes')
  scopes(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.inform(sendgrid, reply, () => {
      keyOf(request);
      return { status: 200, body: { scopes: ['mail.send', 'sender_verification_eligible'] } };
    });
  }
}

function keyOf(request: VendorRequest): string {
  const key = bearerOf(request);
  if (isRight(key, /^SG\./)) return key;
  throw new VendorRefusal(401, undefined, 'The provided authorization grant is invalid, expired, or revoked');
}
