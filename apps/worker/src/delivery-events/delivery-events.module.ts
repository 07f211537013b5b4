import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { ApplyEvidence } from './apply-evidence.js';
import { LookUps } from './look-ups.js';
import { RecipientNames } from './recipient-names.js';

/** Applies to messages what vendors tell, by themselves or when they are asked. */
@Module({
  imports: [PersistenceModule, RoutingModule],
  providers: [ApplyEvidence, LookUps, RecipientNames],
  exports: [RecipientNames],
})
export class DeliveryEventsModule {}
