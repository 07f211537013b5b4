import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { DatabaseHealth } from '@outbell/persistence/database.health.js';
import { VERSION } from '@outbell/shared/version.js';
import { QueueHealth } from '@outbell/transport/queue.health.js';

/** Probes of the worker. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly database: DatabaseHealth,
    private readonly queue: QueueHealth,
  ) {}

  @Get()
  @HealthCheck()
  async all(): Promise<HealthCheckResult & { version: string }> {
    return { ...(await this.ready()), version: VERSION };
  }

  // The process alone: restarting a worker mends neither a database nor a queue.
  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.checks.check([]);
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.database.check(), () => this.queue.check()]);
  }
}
