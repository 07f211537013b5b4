import { Module } from '@nestjs/common';
import { InboxModule } from '../inbox/inbox.module.js';
import { ResendReceipts } from '../vendors/resend/resend-receipts.js';
import { SendGridReceipts } from '../vendors/sendgrid/sendgrid-receipts.js';
import { SesReceipts } from '../vendors/ses/ses-receipts.js';
import { SmsMobileApiReceipts } from '../vendors/smsmobileapi/smsmobileapi-receipts.js';
import { TwilioReceipts } from '../vendors/twilio/twilio-receipts.js';
import { VoicePartnerReceipts } from '../vendors/voice-partner/voice-partner-receipts.js';
import { WhatsAppReceipts } from '../vendors/whatsapp-cloud/whatsapp-receipts.js';
import { RECEIPT_WRITERS, type ReceiptWriter } from './receipt-writer.js';
import { ReceiptSender } from './receipt-sender.service.js';
import { ReceiptTargets } from './receipt-targets.service.js';
import { ReceiptsController } from './receipts.controller.js';

const WRITERS = [
  SesReceipts,
  SendGridReceipts,
  ResendReceipts,
  TwilioReceipts,
  SmsMobileApiReceipts,
  WhatsAppReceipts,
  VoicePartnerReceipts,
];

/** What the vendors tell back. A vendor that reports brings its writer. */
@Module({
  imports: [InboxModule],
  controllers: [ReceiptsController],
  providers: [
    ...WRITERS,
    {
      provide: RECEIPT_WRITERS,
      inject: WRITERS,
      useFactory: (...writers: ReceiptWriter[]) => writers,
    },
    ReceiptTargets,
    ReceiptSender,
  ],
  exports: [ReceiptSender, ReceiptTargets, SesReceipts],
})
export class ReceiptsModule {}
