import { Module } from '@nestjs/common';
import { CompiledTemplates } from '@outbell/content/compiled-templates.js';
import { LimitsModule } from '@outbell/limits/limits.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { EventLoopModule } from '@outbell/shared/event-loop/event-loop.module.js';
import { DeliveryEventsModule } from '../delivery-events/delivery-events.module.js';
import { ReputationModule } from '../reputation/reputation.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { Composers } from './composers/composers.js';
import { EmailComposer } from './composers/email.composer.js';
import { ContentRenderer } from './content-renderer.js';
import { DeliverBatch } from './deliver-batch.js';
import { EarlyDeliveries } from './early-deliveries.js';
import { Leases } from './leases.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { SlotBooker } from './slot-booker.js';
import { MessageIsolation } from './message-isolation.js';

/** What every channel's processor calls: DeliverBatch, and its steps. */
@Module({
  imports: [
    PersistenceModule,
    LimitsModule,
    CryptoModule,
    EventLoopModule,
    RoutingModule,
    ReputationModule,
    DeliveryEventsModule,
  ],
  providers: [
    CompiledTemplates,
    Composers,
    ContentRenderer,
    DeliverBatch,
    EarlyDeliveries,
    EmailComposer,
    Leases,
    OutcomeRecorder,
    SlotBooker,
    MessageIsolation,
  ],
  exports: [DeliverBatch],
})
export class DeliveryModule {}
