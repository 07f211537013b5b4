import { Module } from '@nestjs/common';
import { FaultsModule } from '../faults/faults.module.js';
import { InboxModule } from '../inbox/inbox.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { AssetsController } from './assets.controller.js';
import { PagesController } from './pages.controller.js';

/** The inbox for people. */
@Module({
  imports: [FaultsModule, InboxModule, LedgerModule],
  controllers: [PagesController, AssetsController],
})
export class PagesModule {}
