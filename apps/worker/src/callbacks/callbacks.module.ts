import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { ApplyEvidence } from './apply-evidence.js';

/** What vendors told: applied to messages, and forgotten in time. */
@Module({ imports: [PersistenceModule], providers: [ApplyEvidence] })
export class CallbacksModule {}
