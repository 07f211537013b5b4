import { Module } from '@nestjs/common';
import { CompiledTemplates } from '@outbell/content/compiled-templates.js';
import { LimitsModule } from '@outbell/limits/limits.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { EventLoopModule } from '@outbell/shared/event-loop/event-loop.module.js';
import { Composers } from './composers/composers.js';
import { EmailComposer } from './composers/email.composer.js';
import { ConnectionFigures } from './connection-figures.js';
import { ContentRenderer } from './content-renderer.js';
import { Crowds } from './crowds.js';
import { DeliverBatch } from './deliver-batch.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { EarlyDeliveries } from './early-deliveries.js';
import { Leases } from './leases.js';
import { LookUpPlanner } from './look-up-planner.js';
import { OpenConnections } from './open-connections.js';
import { OutcomeCounts } from './outcome-counts.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { RecipientNames } from './recipient-names.js';
import { RouteFinder } from './route-finder.js';
import { SenderReports } from './sender-reports.js';
import { SlotBooker } from './slot-booker.js';
import { Suspects } from './suspects.js';
import { VendorNotes } from './vendor-notes.js';

/** What every channel's processor calls: DeliverBatch, and its steps. */
@Module({
  imports: [PersistenceModule, LimitsModule, CryptoModule, EventLoopModule],
  providers: [
    CompiledTemplates,
    Composers,
    ConnectionFigures,
    ContentRenderer,
    Crowds,
    DeliverBatch,
    DeliveryMetrics,
    EarlyDeliveries,
    EmailComposer,
    Leases,
    LookUpPlanner,
    OpenConnections,
    OutcomeCounts,
    OutcomeRecorder,
    RecipientNames,
    RouteFinder,
    SenderReports,
    SlotBooker,
    Suspects,
    VendorNotes,
  ],
  exports: [DeliverBatch, OpenConnections],
})
export class DeliveryModule {}
