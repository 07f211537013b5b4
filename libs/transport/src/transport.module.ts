import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { driverOf } from './drivers.js';
import { EventServer, type Flows } from './event-server.js';
import type { TransportConnection } from './transport-driver.js';
import { Transport } from './transport.js';

const CONNECTION = Symbol('TransportConnection');

/** The process' one connection to its broker, for those who publish and those who consume; the last to close. */
@Module({})
export class TransportModule implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(CONNECTION) private readonly connection: TransportConnection) {}

  /** @param flows what this process takes, and how much of it */
  static forRoot(config: Config, flows?: Flows): DynamicModule {
    const connection = {
      provide: CONNECTION,
      useFactory: async () => (await driverOf(config)).connect(config, flows),
    };
    const sides = [
      { provide: Transport, inject: [CONNECTION], useFactory: ({ client }: TransportConnection) => client },
      { provide: EventServer, inject: [CONNECTION], useFactory: ({ server }: TransportConnection) => server },
    ];
    return { module: TransportModule, global: true, providers: [connection, ...sides], exports: sides };
  }

  onModuleDestroy(): void {
    this.connection.server.stop();
  }

  /** Waits for the batches under way, before the database and the broker are let go. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.connection.server.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
