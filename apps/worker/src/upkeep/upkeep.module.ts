import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Upkeep } from './upkeep.js';

/** Stuck rows, partitions, retention. */
@Module({ imports: [PersistenceModule], providers: [Upkeep] })
export class UpkeepModule {}
