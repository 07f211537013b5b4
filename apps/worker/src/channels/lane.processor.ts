import { Processor } from '@nestjs/bullmq';
import type { Type } from '@nestjs/common';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { type Lane, queueName } from '@outbell/shared/constants/queues.js';
import { DeliverBatch } from '../delivery/deliver-batch.js';
import { ChannelProcessor, PROCESSOR_OPTIONS } from './channel.processor.js';

/** The processor of one lane of one channel. A class for each, for Nest knows a processor's queue by its class. */
export function laneProcessor(channel: Channel, lane: Lane): Type<ChannelProcessor> {
  @Processor(queueName(channel, lane), PROCESSOR_OPTIONS)
  class LaneProcessor extends ChannelProcessor {
    constructor(delivery: DeliverBatch, config: Config) {
      super(channel, lane, delivery, config);
    }
  }
  return LaneProcessor;
}
