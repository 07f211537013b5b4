import { Module } from '@nestjs/common';
import { InboxModule } from '../inbox/inbox.module.js';
import { SesReceipts } from '../vendors/ses/ses-receipts.js';
import { TwilioReceipts } from '../vendors/twilio/twilio-receipts.js';
import { RECEIPT_WRITERS, type ReceiptWriter } from './receipt-writer.js';
import { ReceiptSender } from './receipt-sender.service.js';
import { ReceiptTargets } from './receipt-targets.service.js';
import { ReceiptsController } from './receipts.controller.js';

/** What the vendors tell back. A vendor that reports brings its writer. */
@Module({
  imports: [InboxModule],
  controllers: [ReceiptsController],
  providers: [
    SesReceipts,
    TwilioReceipts,
    {
      provide: RECEIPT_WRITERS,
      inject: [SesReceipts, TwilioReceipts],
      useFactory: (...writers: ReceiptWriter[]) => writers,
    },
    ReceiptTargets,
    ReceiptSender,
  ],
  exports: [ReceiptSender],
})
export class ReceiptsModule {}
