import { Controller, Get, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, type HealthCheckResult, HealthCheckService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { QueueHealth } from '@outbell/transport/queue.health.js';
import { Public } from '../auth/public.decorator.js';
import { UnhealthyFilter } from './unhealthy.filter.js';

/** Longer than a busy pool, shorter than a probe's patience. In ms. */
const PING_TIMEOUT_MS = 2000;

@ApiTags('health')
@Controller('health')
@UseFilters(UnhealthyFilter)
export class HealthController {
  constructor(
    private readonly checks: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly queue: QueueHealth,
  ) {}

  // The queue is missing in `ready` on purpose: while it is away messages are accepted all the same, and published later.
  @Get()
  @Public()
  @HealthCheck()
  @ApiOperation({ summary: 'Everything this process needs, one entry each' })
  all(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.pingDatabase(), () => this.queue.check()]);
  }

  // Without the database: restarting the API mends no database, and all of its instances would restart at once.
  @Get('live')
  @Public()
  @HealthCheck()
  @ApiOperation({ summary: 'Whether this process runs (restart it when this fails)' })
  live(): Promise<HealthCheckResult> {
    return this.checks.check([]);
  }

  @Get('ready')
  @Public()
  @HealthCheck()
  @ApiOperation({ summary: 'Whether this process can take requests (send it none when this fails)' })
  ready(): Promise<HealthCheckResult> {
    return this.checks.check([() => this.pingDatabase()]);
  }

  private pingDatabase() {
    return this.database.pingCheck('database', { timeout: PING_TIMEOUT_MS });
  }
}
