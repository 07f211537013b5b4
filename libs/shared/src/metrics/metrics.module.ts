import { Global, Module } from '@nestjs/common';
import { MetricsAccess } from './metrics-access.js';
import { Metrics } from './metrics.js';

/** One registry a process, for every part that counts; each app serves it at its own `/metrics`. */
@Global()
@Module({ providers: [Metrics, MetricsAccess], exports: [Metrics, MetricsAccess] })
export class MetricsModule {}
