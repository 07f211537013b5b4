import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ProvidersModule } from '@outbell/providers/providers.module.js';
import type { ProviderRegistry } from '@outbell/providers/registry.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { TransportModule } from '@outbell/transport/transport.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CallbacksModule } from './callbacks/callbacks.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { IdempotencyModule } from './http/idempotency.module.js';
import { HealthModule } from './health/health.module.js';
import { KeysModule } from './keys/keys.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { ApiMetricsModule } from './metrics/api-metrics.module.js';
import { ProblemsModule } from './problems/problems.module.js';
import { RootModule } from './root/root.module.js';
import { SendersModule } from './senders/senders.module.js';
import { SuppressionsModule } from './suppressions/suppressions.module.js';
import { TemplatesModule } from './templates/templates.module.js';
import { TenantModule } from './tenant/tenant.module.js';
import { UnsubscribeModule } from './unsubscribe/unsubscribe.module.js';
import { WhatsAppSessionsModule } from './whatsapp-sessions/whatsapp-sessions.module.js';

/** The rooms of the API, one line each. Controllers name their whole path: `@Controller('v1/templates')`. */
const ROOMS: Type[] = [
  ApiMetricsModule,
  CallbacksModule,
  ConnectionsModule,
  ContactsModule,
  HealthModule,
  KeysModule,
  MessagesModule,
  ProblemsModule,
  RootModule,
  SendersModule,
  SuppressionsModule,
  TemplatesModule,
  TenantModule,
  UnsubscribeModule,
  WhatsAppSessionsModule,
];

@Module({})
export class ApiModule {
  /** @param extraRooms modules beside the API's own (tests) */
  static forRoot(config: Config, extraRooms: Type[], providers: ProviderRegistry): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.forRoot(config),
        AuthModule,
        IdempotencyModule,
        ProvidersModule.forRoot(providers),
        TransportModule.forRoot(config),
        ...ROOMS,
        ...extraRooms,
      ],
    };
  }
}
