import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { EventLoopModule } from '@outbell/shared/event-loop/event-loop.module.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionList } from './suppression-list.service.js';
import { SuppressionsService } from './suppressions.service.js';

@Module({
  imports: [PersistenceModule, EventLoopModule],
  controllers: [SuppressionsController],
  providers: [SuppressionsService, SuppressionList],
})
export class SuppressionsModule {}
