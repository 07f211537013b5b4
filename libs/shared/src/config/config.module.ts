import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule } from '@nestjs/config';
import { Clock, SystemClock } from '../clock.js';
import { Config } from './config.schema.js';
import { loadConfig } from './load-config.js';

/**
 * Gives every room the checked settings and the clock. `Config` is typed and frozen; Nest's `ConfigService` reads the
 * same values, for those who look for it: `ConfigService<Config['values'], true>`.
 */
@Module({})
export class ConfigModule {
  /** @param config what `loadConfig` gave before Nest was started, so that wrong settings are told without it */
  static forRoot(config: Config = loadConfig()): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      imports: [
        NestConfigModule.forRoot({
          isGlobal: true,
          cache: true,
          // The loader reads `.env` itself, all of it or nothing.
          ignoreEnvFile: true,
          // Else the service would give whatever else the environment holds.
          skipProcessEnv: true,
          // Inherited, not own: what is its own Nest writes into process.env, where child processes and the next test
          // would find it.
          validate: () => Object.create(config.values) as Config['values'],
        }),
      ],
      providers: [
        { provide: Config, useValue: config },
        { provide: Clock, useClass: SystemClock },
      ],
      exports: [Config, Clock],
    };
  }
}
