import { Module } from '@nestjs/common';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Fallbacks } from './fallbacks.js';

/** What was not delivered in time goes by the next channel. */
@Module({ imports: [PersistenceModule, IntakeModule], providers: [Fallbacks] })
export class FallbacksModule {}
