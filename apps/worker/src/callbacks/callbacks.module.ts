import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ApplyEvidence } from './apply-evidence.js';
import { LookUps } from './look-ups.js';

/** What vendors told, or tell when they are asked: applied to messages, and forgotten in time. */
@Module({ imports: [PersistenceModule, DeliveryModule], providers: [ApplyEvidence, LookUps] })
export class CallbacksModule {}
