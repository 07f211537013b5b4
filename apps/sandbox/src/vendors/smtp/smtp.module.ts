import { Module } from '@nestjs/common';
import { FaultsModule } from '../../faults/faults.module.js';
import { InboxModule } from '../../inbox/inbox.module.js';
import { LedgerModule } from '../../ledger/ledger.module.js';
import { SmtpListener } from './smtp-listener.service.js';
import { SmtpReception } from './smtp-reception.service.js';

/** The room of the mail server: the vendor `smtp`. */
@Module({
  imports: [FaultsModule, InboxModule, LedgerModule],
  providers: [SmtpListener, SmtpReception],
  exports: [SmtpListener],
})
export class SmtpModule {}
