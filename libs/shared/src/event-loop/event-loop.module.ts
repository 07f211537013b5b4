import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { EventLoop } from './event-loop.js';

/** One for the process. */
@Module({ imports: [MetricsModule], providers: [EventLoop], exports: [EventLoop] })
export class EventLoopModule {}
