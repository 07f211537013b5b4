import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { Carriers } from './carriers.js';
import { EventLoopModule } from '@outbell/shared/event-loop/event-loop.module.js';
import { Intake } from './intake.js';
import { QueueCapacity } from './queue-capacity.js';
import { Publisher } from './publisher.js';
import { ReferenceResolver } from './reference-resolver.js';
import { RequestCheck } from './request-check.js';

/** The door by which messages enter. Needs a module that provides the Transport. */
@Module({
  imports: [PersistenceModule, EventLoopModule],
  providers: [Carriers, Intake, QueueCapacity, Publisher, ReferenceResolver, RequestCheck],
  exports: [Intake, QueueCapacity, Publisher],
})
export class IntakeModule {}
