import { Module } from '@nestjs/common';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { DeliveriesController } from './deliveries.controller.js';

/** Brings wake-ups to delivery. */
@Module({ imports: [DeliveryModule], controllers: [DeliveriesController] })
export class DeliveriesModule {}
