import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { MetricsAccess } from '@outbell/shared/metrics/metrics-access.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/access.decorators.js';

@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly access: MetricsAccess,
  ) {}

  @Get()
  @Public()
  async read(
    @Headers('authorization') authorization: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    this.access.check(authorization);
    reply.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
