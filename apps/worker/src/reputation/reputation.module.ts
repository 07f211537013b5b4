import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { OutcomeCounter } from './outcome-counter.js';
import { SenderPauses } from './sender-pauses.js';
import { TenantPauses } from './tenant-pauses.js';

/** Pauses tenants and senders whose messages are refused or complained of. */
@Module({
  imports: [PersistenceModule],
  providers: [OutcomeCounter, SenderPauses, TenantPauses],
  exports: [OutcomeCounter],
})
export class ReputationModule {}
