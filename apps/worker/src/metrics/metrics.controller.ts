import { Controller, Get, Headers, Res } from '@nestjs/common';
import { MetricsAccess } from '@outbell/shared/metrics/metrics-access.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { FastifyReply } from 'fastify';

/** The worker's figures for Prometheus. */
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly access: MetricsAccess,
  ) {}

  @Get()
  async read(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    this.access.check(authorization);
    reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
