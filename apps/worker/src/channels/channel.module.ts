import { type DynamicModule, Module } from '@nestjs/common';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { TransportServer } from '@outbell/transport/transport-server.js';
import { DeliverBatch } from '../delivery/deliver-batch.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { ChannelProcessor } from './channel.processor.js';

/** Delivers one channel. Channels differ by their composers and providers alone. */
@Module({})
export class ChannelModule {
  static forChannel(channel: Channel): DynamicModule {
    const processor = {
      provide: `${ChannelProcessor.name} ${channel}`,
      inject: [TransportServer, DeliverBatch, Config],
      useFactory: (server: TransportServer, delivery: DeliverBatch, config: Config) =>
        new ChannelProcessor(channel, server, delivery, config),
    };
    return { module: ChannelModule, imports: [DeliveryModule], providers: [processor] };
  }
}
