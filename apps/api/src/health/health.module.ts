import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseHealth } from '@outbell/persistence/database.health.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { QueueHealth } from '@outbell/transport/queue.health.js';
import { Drain } from '../http/drain.js';
import { HealthController } from './health.controller.js';

@Module({
  imports: [TerminusModule.forRoot({ logger: false }), PersistenceModule],
  controllers: [HealthController],
  providers: [DatabaseHealth, Drain, QueueHealth],
})
export class HealthModule {}
