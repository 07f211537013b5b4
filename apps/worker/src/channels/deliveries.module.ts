import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { DeliveriesController } from './deliveries.controller.js';

/** Brings wake-ups to delivery. */
@Module({ imports: [PersistenceModule, DeliveryModule], controllers: [DeliveriesController] })
export class DeliveriesModule {}
