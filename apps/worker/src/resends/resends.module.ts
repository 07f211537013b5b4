import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Resends } from './resends.js';

/** Unknown messages whose tenants want them sent again. */
@Module({ imports: [PersistenceModule], providers: [Resends] })
export class ResendsModule {}
