import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { MetricsModule } from '@outbell/shared/metrics/metrics.module.js';
import { BounceMailsController } from './bounce-mails.controller.js';
import { CallbackConnections } from './callback-connections.js';
import { CallbackGate } from './callback-gate.js';
import { CallbacksController } from './callbacks.controller.js';
import { CallbacksService } from './callbacks.service.js';
import { GuardedFetch } from './guarded-fetch.js';

/** The way back: what vendors tell us of messages they took. */
@Module({
  imports: [PersistenceModule, CryptoModule, MetricsModule],
  controllers: [BounceMailsController, CallbacksController],
  providers: [CallbackConnections, CallbackGate, CallbacksService, GuardedFetch],
})
export class CallbacksModule {}
