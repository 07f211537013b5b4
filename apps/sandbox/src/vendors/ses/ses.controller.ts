import { Controller, Get, Header, Post, Req, Res } from '@nestjs/common';
import { Clock } from '@outbell/shared/clock.js';
import type { FastifyReply } from 'fastify';
import { awsAccountOf } from '../aws/aws-account.js';
import { jsonOf } from '../request-fields.js';
import type { VendorRequest } from '../submission.js';
import { VendorReception } from '../vendor-reception.service.js';
import { readSesMessage } from './ses-message.js';
import { SesReceipts } from './ses-receipts.js';
import { awsHeaders, ses } from './ses-protocol.js';

const REFUSALS = {
  missing: 'MissingAuthenticationTokenException',
  unknownKey: 'UnrecognizedClientException',
  badSignature: 'InvalidSignatureException',
};

const ACCOUNT = {
  DedicatedIpAutoWarmupEnabled: false,
  EnforcementStatus: 'HEALTHY',
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  SendQuota: { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 },
};

/** Amazon SES, version 2 of its API. */
@Controller('vendors/ses')
export class SesController {
  constructor(
    private readonly reception: VendorReception,
    private readonly clock: Clock,
    private readonly receipts: SesReceipts,
  ) {}

  @Post('v2/email/outbound-emails')
  send(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.receive(ses, reply, () =>
      readSesMessage(jsonOf(request), this.accountOf(request), request.rawBody ?? Buffer.alloc(0)),
    );
  }

  @Get('v2/email/account')
  account(@Req() request: VendorRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.reception.inform(ses, reply, () => {
      this.accountOf(request);
      return { status: 200, headers: awsHeaders(), body: ACCOUNT };
    });
  }

  /** What the `SigningCertURL` of its notifications leads to, where it is led here. */
  @Get('SimpleNotificationService-sandbox.pem')
  @Header('content-type', 'application/x-pem-file')
  certificate(): string {
    return this.receipts.certificate;
  }

  private accountOf(request: VendorRequest): string {
    return awsAccountOf(request, 'ses', this.clock.now(), REFUSALS);
  }
}
