import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { DeliveryEventApplier } from './delivery-event-applier.js';
import { StatusPoller } from './status-poller.js';
import { RecipientNames } from './recipient-names.js';

/** Applies to messages what vendors tell, by themselves or when they are asked. */
@Module({
  imports: [PersistenceModule, RoutingModule],
  providers: [DeliveryEventApplier, StatusPoller, RecipientNames],
  exports: [RecipientNames],
})
export class DeliveryEventsModule {}
