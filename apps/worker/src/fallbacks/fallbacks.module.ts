import { Module } from '@nestjs/common';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Fallbacks } from './fallbacks.js';

/** Sends by the next channel what was not delivered in time. */
@Module({ imports: [PersistenceModule, IntakeModule], providers: [Fallbacks] })
export class FallbacksModule {}
