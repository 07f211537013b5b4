import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { Transport } from '../transport.js';
import { BullMqTransport } from './bullmq.transport.js';
import { QueueConnectionModule } from './queue-connection.module.js';
import { QueueConnection } from './queue-connection.js';

/** Wake-ups over BullMQ: for those who publish, and for the Nest processors that consume. */
@Module({})
export class BullMqModule {
  /** @param listeners how many processors this process registers */
  static forRoot(listeners = 0): DynamicModule {
    const transport = {
      provide: Transport,
      inject: [QueueConnection],
      useFactory: (connection: QueueConnection) => new BullMqTransport(connection),
    };
    return {
      module: BullMqModule,
      global: true,
      imports: [
        QueueConnectionModule.forRoot(listeners),
        BullModule.forRootAsync({
          inject: [QueueConnection],
          useFactory: (connection: QueueConnection) => ({ connection: connection.forWorkers }),
        }),
      ],
      providers: [transport],
      exports: [transport],
    };
  }
}
