import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { MetricsController } from './metrics.controller.js';
import { QueueFigures } from './queue-figures.js';

@Module({ imports: [PersistenceModule], controllers: [MetricsController], providers: [QueueFigures] })
export class WorkerMetricsModule {}
