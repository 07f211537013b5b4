import { Controller, Get, ServiceUnavailableException, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { DatabaseHealth } from '@outbell/persistence/database.health.js';
import { VERSION } from '@outbell/shared/version.js';
import { QueueHealth } from '@outbell/transport/queue.health.js';
import { Public } from '../auth/access.decorators.js';
import { Drain } from '../http/drain.js';
import { UnhealthyFilter } from './unhealthy.filter.js';

@ApiTags('health')
@Controller('health')
@UseFilters(UnhealthyFilter)
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly database: DatabaseHealth,
    private readonly queue: QueueHealth,
    private readonly drain: Drain,
  ) {}

  // The queue is missing in `ready` on purpose: while it is away messages are accepted all the same, and published
  // later.
  @Get()
  @Public()
  @HealthCheck()
  @ApiOperation({
    summary: 'Everything this process needs, one entry each, and its version',
    description: '503 while the database or the queue cannot be reached.',
  })
  async getHealth(): Promise<HealthCheckResult & { version: string }> {
    const result = await this.checks.check([() => this.database.check(), () => this.queue.check()]);
    return { ...result, version: VERSION };
  }

  // Without the database: restarting the API mends no database, and all of its instances would restart at once.
  @Get('live')
  @Public()
  @HealthCheck()
  @ApiOperation({
    summary: 'Whether this process runs (restart it when this fails)',
    description: 'For the liveness probe of an orchestrator: asks nothing of the database.',
  })
  getLiveness(): Promise<HealthCheckResult> {
    return this.checks.check([]);
  }

  @Get('ready')
  @Public()
  @HealthCheck()
  @ApiOperation({
    summary: 'Whether this process can take requests (send it none when this fails)',
    description: 'For the readiness probe of an orchestrator or a load balancer.',
  })
  getReadiness(): Promise<HealthCheckResult> {
    if (this.drain.isLeaving) throw new ServiceUnavailableException({ status: 'shutting_down' });
    return this.checks.check([() => this.database.check()]);
  }
}
