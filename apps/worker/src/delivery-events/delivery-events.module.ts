import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { ApplyEvidence } from './apply-evidence.js';
import { LookUpPlanner } from './look-up-planner.js';
import { LookUps } from './look-ups.js';
import { RecipientNames } from './recipient-names.js';
import { VendorNotes } from './vendor-notes.js';

/** Applies to messages what vendors tell, by themselves or when they are asked. */
@Module({
  imports: [PersistenceModule, RoutingModule],
  providers: [ApplyEvidence, LookUpPlanner, LookUps, RecipientNames, VendorNotes],
  exports: [VendorNotes],
})
export class DeliveryEventsModule {}
