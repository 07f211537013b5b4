import { Module } from '@nestjs/common';
import { RateLimitsController } from './rate-limits.controller.js';
import { RateLimits } from './rate-limits.service.js';

@Module({ controllers: [RateLimitsController], providers: [RateLimits], exports: [RateLimits] })
export class LimitsModule {}
