import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { LANES, queueName } from '@outbell/shared/constants/queues.js';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { hearErrors } from './hear-errors.js';
import { laneProcessor } from './lane.processor.js';

/** Delivers one channel: a queue and a processor for each lane. Channels differ by their composers and providers alone. */
@Module({})
export class ChannelModule {
  static of(channel: Channel): DynamicModule {
    const names = LANES.map((lane) => queueName(channel, lane));
    const heard = {
      provide: `errors of ${channel}`,
      inject: names.map((name) => getQueueToken(name)),
      useFactory: hearErrors,
    };
    return {
      module: ChannelModule,
      imports: [DeliveryModule, BullModule.registerQueue(...names.map((name) => ({ name })))],
      providers: [...LANES.map((lane) => laneProcessor(channel, lane)), heard],
    };
  }
}
