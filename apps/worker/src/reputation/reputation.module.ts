import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { OutcomeCounts } from './outcome-counts.js';
import { SenderPauses } from './sender-pauses.js';
import { TenantPauses } from './tenant-pauses.js';

/** Pauses tenants and senders whose messages are refused or complained of. */
@Module({
  imports: [PersistenceModule],
  providers: [OutcomeCounts, SenderPauses, TenantPauses],
  exports: [OutcomeCounts],
})
export class ReputationModule {}
