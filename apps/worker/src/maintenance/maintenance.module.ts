import { Module } from '@nestjs/common';
import { LimitsModule } from '@outbell/limits/limits.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Partitions } from './partitions.js';
import { LostLeases } from './lost-leases.js';
import { Retention } from './retention.js';

/** Leases of lost workers, partitions, retention. */
@Module({ imports: [PersistenceModule, LimitsModule], providers: [Partitions, LostLeases, Retention] })
export class MaintenanceModule {}
