import { Module } from '@nestjs/common';
import { InboxModule } from '../inbox/inbox.module.js';
import { TwilioReceipts } from '../vendors/twilio/twilio-receipts.js';
import { RECEIPT_WRITERS } from './receipt-writer.js';
import { ReceiptSender } from './receipt-sender.service.js';
import { ReceiptTargets } from './receipt-targets.service.js';
import { ReceiptsController } from './receipts.controller.js';

/** What the vendors tell back. A vendor that reports brings its writer. */
@Module({
  imports: [InboxModule],
  controllers: [ReceiptsController],
  providers: [{ provide: RECEIPT_WRITERS, useFactory: () => [new TwilioReceipts()] }, ReceiptTargets, ReceiptSender],
  exports: [ReceiptSender],
})
export class ReceiptsModule {}
