import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { PersistenceModule } from '../../persistence.module.js';
import { DeclaredMethods } from './declared-methods.js';
import { LeaderLease } from './leader-lease.js';
import { LeaderLeaseRepository } from './leader-lease.repository.js';
import { PollMetrics } from './poll-metrics.js';
import { Poller } from './poller.js';
import { ScheduleFireRepository } from './schedule-fire.repository.js';
import { ScheduledJobs } from './scheduled-jobs.js';

/** Runs what is declared with `@Poll` and `@Scheduled` in the modules of this process. */
@Module({
  imports: [DiscoveryModule, ScheduleModule.forRoot(), PersistenceModule],
  providers: [
    DeclaredMethods,
    LeaderLease,
    LeaderLeaseRepository,
    PollMetrics,
    Poller,
    ScheduleFireRepository,
    ScheduledJobs,
  ],
  exports: [Poller, ScheduledJobs],
})
export class PollerModule {}
