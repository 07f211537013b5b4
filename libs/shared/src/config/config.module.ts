import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, SystemClock } from '../clock.js';
import { Config } from './config.schema.js';
import { loadConfig } from './load-config.js';

/** Gives every room the checked settings and the clock. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config = loadConfig()): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: Config, useValue: config },
        { provide: Clock, useClass: SystemClock },
      ],
      exports: [Config, Clock],
    };
  }
}
