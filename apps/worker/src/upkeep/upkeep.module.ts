import { Module } from '@nestjs/common';
import { LimitsModule } from '@outbell/limits/limits.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Upkeep } from './upkeep.js';

/** Stuck rows, partitions, retention. */
@Module({ imports: [PersistenceModule, LimitsModule], providers: [Upkeep] })
export class UpkeepModule {}
