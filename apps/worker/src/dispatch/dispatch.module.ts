import { Module } from '@nestjs/common';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Dispatcher } from './dispatcher.js';
import { TenantRoundRobin } from './tenant-round-robin.js';

/** Due rows become wake-ups. */
@Module({ imports: [PersistenceModule, IntakeModule], providers: [Dispatcher, TenantRoundRobin] })
export class DispatchModule {}
