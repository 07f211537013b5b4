import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '@outbell/shared/config/config.schema.js';
import { QueueConnection } from './queue-connection.js';

/** The process' one connection to its queue; the last to close. */
@Module({})
export class QueueConnectionModule implements OnApplicationShutdown {
  constructor(private readonly connection: QueueConnection) {}

  static forRoot(listeners: number): DynamicModule {
    return {
      module: QueueConnectionModule,
      global: true,
      providers: [
        {
          provide: QueueConnection,
          inject: [Config],
          useFactory: (config: Config) => QueueConnection.open(config.values.QUEUE_URL, listeners),
        },
      ],
      exports: [QueueConnection],
    };
  }

  /** By now the queues and workers have closed, in `beforeApplicationShutdown`. */
  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
  }
}
