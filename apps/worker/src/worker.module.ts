import { type DynamicModule, Module } from '@nestjs/common';
import { LimitsModule } from '@outbell/limits/limits.module.js';
import { PollerModule } from '@outbell/persistence/engine/polling/poller.module.js';
import { OutboxModule } from '@outbell/persistence/engine/outbox/outbox.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { ProvidersModule } from '@outbell/providers/providers.module.js';
import type { ProviderRegistry } from '@outbell/providers/registry.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { MetricsModule } from '@outbell/shared/metrics/metrics.module.js';
import { TransportModule } from '@outbell/transport/transport.module.js';
import { DeliveryEventsModule } from './delivery-events/delivery-events.module.js';
import { DeliveriesModule } from './channels/deliveries.module.js';
import { flowsOf } from './channels/flows.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import { FallbacksModule } from './fallbacks/fallbacks.module.js';
import { HealthModule } from './health/health.module.js';
import { WorkerMetricsModule } from './metrics/worker-metrics.module.js';
import { MaintenanceModule } from './maintenance/maintenance.module.js';
import { ReputationModule } from './reputation/reputation.module.js';
import { ResendsModule } from './resends/resends.module.js';
import { WhatsAppSessionsModule } from './whatsapp-sessions/whatsapp-sessions.module.js';

/** The worker's rooms. The database comes before the queue: modules close in the order they are imported here. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config, providers: ProviderRegistry): DynamicModule {
    const { CHANNELS } = config.values;
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        MetricsModule,
        PersistenceModule,
        PollerModule,
        OutboxModule,
        LimitsModule,
        ProvidersModule.forRoot(providers),
        TransportModule.forRoot(config, flowsOf(config, providers)),
        ...(CHANNELS.includes('whatsapp') ? [WhatsAppSessionsModule] : []),
        DeliveriesModule,
        DispatchModule,
        DeliveryEventsModule,
        FallbacksModule,
        ResendsModule,
        ReputationModule,
        MaintenanceModule,
        HealthModule,
        WorkerMetricsModule,
      ],
    };
  }
}
