import { Module } from '@nestjs/common';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Dispatcher } from './dispatcher.js';
import { Turns } from './turns.js';

/** Due rows become wake-ups. */
@Module({ imports: [PersistenceModule, IntakeModule], providers: [Dispatcher, Turns] })
export class DispatchModule {}
