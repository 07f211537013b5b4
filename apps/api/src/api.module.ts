import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { BullMqModule } from '@outbell/transport/bullmq/bullmq.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { HealthModule } from './health/health.module.js';
import { KeysModule } from './keys/keys.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { ApiMetricsModule } from './metrics/api-metrics.module.js';
import { SendersModule } from './senders/senders.module.js';
import { SuppressionsModule } from './suppressions/suppressions.module.js';
import { TemplatesModule } from './templates/templates.module.js';
import { TenantModule } from './tenant/tenant.module.js';
import { UnsubscribeModule } from './unsubscribe/unsubscribe.module.js';

/** The rooms of the API, one line each. Controllers name their whole path: `@Controller('v1/templates')`. */
const ROOMS: Type[] = [
  ApiMetricsModule,
  ConnectionsModule,
  HealthModule,
  KeysModule,
  MessagesModule,
  SendersModule,
  SuppressionsModule,
  TemplatesModule,
  TenantModule,
  UnsubscribeModule,
];

@Module({})
export class ApiModule {
  /** @param extraRooms modules beside the API's own (tests) */
  static forRoot(config: Config, extraRooms: Type[] = []): DynamicModule {
    return {
      module: ApiModule,
      imports: [ConfigModule.forRoot(config), AuthModule, BullMqModule.forRoot(), ...ROOMS, ...extraRooms],
    };
  }
}
