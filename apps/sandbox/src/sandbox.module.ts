import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { ConfigModule } from '@outbell/shared/config/config.module.js';
import { FaultsModule } from './faults/faults.module.js';
import { HealthController } from './health/health.controller.js';
import { InboxModule } from './inbox/inbox.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { PagesModule } from './pages/pages.module.js';
import { SmtpModule } from './vendors/smtp/smtp.module.js';
import { VendorsModule } from './vendors/vendors.module.js';

/** Wires the rooms. Every vendor has its own, and all of them share inbox, ledger and faults. */
@Module({})
export class SandboxModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: SandboxModule,
      imports: [
        ConfigModule.forRoot(config),
        LedgerModule,
        FaultsModule,
        InboxModule,
        PagesModule,
        SmtpModule,
        VendorsModule,
      ],
      controllers: [HealthController],
    };
  }
}
