import { Module } from '@nestjs/common';
import { CompiledTemplates } from '@outbell/content/compiled-templates.js';
import { LimitsModule } from '@outbell/limits/limits.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { InstallationConnections } from '@outbell/providers/installation-connections.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { ContentRenderer } from './content-renderer.js';
import { DeliverBatch } from './deliver-batch.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { EmailComposer } from './email-composer.js';
import { Leases } from './leases.js';
import { OpenConnections } from './open-connections.js';
import { OutcomeCounts } from './outcome-counts.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { RouteFinder } from './route-finder.js';
import { SlotBooker } from './slot-booker.js';

/** What every channel's processor calls: DeliverBatch, and its steps. */
@Module({
  imports: [PersistenceModule, LimitsModule, CryptoModule],
  providers: [
    CompiledTemplates,
    ContentRenderer,
    DeliverBatch,
    DeliveryMetrics,
    EmailComposer,
    InstallationConnections,
    Leases,
    OpenConnections,
    OutcomeCounts,
    OutcomeRecorder,
    RouteFinder,
    SlotBooker,
  ],
  exports: [DeliverBatch],
})
export class DeliveryModule {}
