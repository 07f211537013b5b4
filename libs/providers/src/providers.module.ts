import { type DynamicModule, Module } from '@nestjs/common';
import { InstallationConnections } from './installation-connections.js';
import { ProviderRegistry } from './registry.js';

/** The vendors of a process that delivers. */
@Module({})
export class ProvidersModule {
  static forRoot(providers: ProviderRegistry): DynamicModule {
    return {
      module: ProvidersModule,
      global: true,
      providers: [{ provide: ProviderRegistry, useValue: providers }, InstallationConnections],
      exports: [ProviderRegistry, InstallationConnections],
    };
  }
}
