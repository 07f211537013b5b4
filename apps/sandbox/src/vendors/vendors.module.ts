import { Module } from '@nestjs/common';
import { FaultsModule } from '../faults/faults.module.js';
import { InboxModule } from '../inbox/inbox.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ReceiptsModule } from '../receipts/receipts.module.js';
import { FcmController } from './fcm/fcm.controller.js';
import { ResendController } from './resend/resend.controller.js';
import { SendGridController } from './sendgrid/sendgrid.controller.js';
import { SesController } from './ses/ses.controller.js';
import { SmsMobileApiController } from './smsmobileapi/smsmobileapi.controller.js';
import { SnsController } from './sns/sns.controller.js';
import { TwilioController } from './twilio/twilio.controller.js';
import { VendorReception } from './vendor-reception.service.js';
import { VoicePartnerController } from './voice-partner/voice-partner.controller.js';
import { Subscriptions } from './web-push/subscriptions.service.js';
import { WebPushController } from './web-push/web-push.controller.js';
import { WhatsAppCloudController } from './whatsapp-cloud/whatsapp-cloud.controller.js';

/** The vendors with an HTTP API, each under `/vendors/<its name>`. */
@Module({
  imports: [FaultsModule, InboxModule, LedgerModule, LimitsModule, ReceiptsModule],
  controllers: [
    SesController,
    SendGridController,
    ResendController,
    SnsController,
    TwilioController,
    SmsMobileApiController,
    WhatsAppCloudController,
    FcmController,
    WebPushController,
    VoicePartnerController,
  ],
  providers: [VendorReception, Subscriptions],
})
export class VendorsModule {}
