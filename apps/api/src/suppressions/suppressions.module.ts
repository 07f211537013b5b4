import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { SuppressionsController } from './suppressions.controller.js';
import { SuppressionList } from './suppression-list.service.js';
import { SuppressionsService } from './suppressions.service.js';

@Module({
  imports: [PersistenceModule],
  controllers: [SuppressionsController],
  providers: [SuppressionsService, SuppressionList],
})
export class SuppressionsModule {}
