import { Module } from '@nestjs/common';
import { LimitsModule } from '@outbell/limits/limits.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Rescue } from './rescue.js';
import { Resends } from './resends.js';
import { SenderPauses } from './sender-pauses.js';
import { TenantPauses } from './tenant-pauses.js';
import { Upkeep } from './upkeep.js';

/** Rows of lost workers, partitions, retention. */
@Module({
  imports: [PersistenceModule, LimitsModule],
  providers: [Rescue, Resends, SenderPauses, TenantPauses, Upkeep],
})
export class UpkeepModule {}
