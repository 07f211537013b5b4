import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '@outbell/shared/config/config.schema.js';
import { driverOf } from './drivers.js';
import type { TransportConnection } from './transport-driver.js';
import { TransportServer } from './transport-server.js';
import { Transport } from './transport.js';

const CONNECTION = Symbol('TransportConnection');

/** The process' one connection to its queue, for those who publish and those who consume; the last to close. */
@Module({})
export class TransportModule implements OnApplicationShutdown {
  constructor(@Inject(CONNECTION) private readonly connection: TransportConnection) {}

  /** @param consumers how many lanes this process will listen to */
  static forRoot(config: Config, consumers = 0): DynamicModule {
    const connection = {
      provide: CONNECTION,
      useFactory: () => driverOf(config).connect(config.values.QUEUE_URL, consumers),
    };
    const sides = [
      { provide: Transport, inject: [CONNECTION], useFactory: ({ client }: TransportConnection) => client },
      { provide: TransportServer, inject: [CONNECTION], useFactory: ({ server }: TransportConnection) => server },
    ];
    return { module: TransportModule, global: true, providers: [connection, ...sides], exports: sides };
  }

  /** By now the consumers have been drained, in `beforeApplicationShutdown`. */
  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
