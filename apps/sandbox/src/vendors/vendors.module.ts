import { Module } from '@nestjs/common';
import { FaultsModule } from '../faults/faults.module.js';
import { InboxModule } from '../inbox/inbox.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ReceiptsModule } from '../receipts/receipts.module.js';
import { SesController } from './ses/ses.controller.js';
import { SnsController } from './sns/sns.controller.js';
import { TwilioController } from './twilio/twilio.controller.js';
import { VendorReception } from './vendor-reception.service.js';

/** The vendors with an HTTP API, each under `/vendors/<its name>`. */
@Module({
  imports: [FaultsModule, InboxModule, LedgerModule, LimitsModule, ReceiptsModule],
  controllers: [SesController, SnsController, TwilioController],
  providers: [VendorReception],
})
export class VendorsModule {}
