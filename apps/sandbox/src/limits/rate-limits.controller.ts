import { Body, Controller, Delete, Get, Put } from '@nestjs/common';
import { parseInput } from '../http/parse-input.js';
import { DOCUMENTED_LIMITS, type RateLimit, rateLimitListSchema } from './rate-limit.schema.js';
import { RateLimits } from './rate-limits.service.js';

/** Changes how many calls the vendors take while the sandbox runs. */
@Controller('api/limits')
export class RateLimitsController {
  constructor(private readonly limits: RateLimits) {}

  @Get()
  list(): { data: RateLimit[] } {
    return { data: this.limits.list() };
  }

  @Put()
  replace(@Body() body: unknown): { data: RateLimit[] } {
    this.limits.replace(parseInput(rateLimitListSchema, body));
    return this.list();
  }

  /** Back to what the vendors document; counting begins anew. */
  @Delete()
  reset(): { data: RateLimit[] } {
    this.limits.replace(DOCUMENTED_LIMITS);
    return this.list();
  }
}
