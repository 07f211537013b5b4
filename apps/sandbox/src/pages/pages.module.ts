import { Module } from '@nestjs/common';
import { FaultsModule } from '../faults/faults.module.js';
import { InboxModule } from '../inbox/inbox.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ReceiptsModule } from '../receipts/receipts.module.js';
import { AssetsController } from './assets.controller.js';
import { FiguresPageController } from './figures.controller.js';
import { PagesController } from './pages.controller.js';
import { VendorsPageController } from './vendors.controller.js';

/** The inbox for people. */
@Module({
  imports: [FaultsModule, InboxModule, LedgerModule, ReceiptsModule],
  controllers: [PagesController, VendorsPageController, FiguresPageController, AssetsController],
})
export class PagesModule {}
