import { Processor } from '@nestjs/bullmq';
import { Config } from '@outbell/shared/config/config.schema.js';
import { queueName } from '@outbell/shared/constants/queues.js';
import { DeliverBatch } from '../../delivery/deliver-batch.js';
import { ChannelProcessor, PROCESSOR_OPTIONS } from '../channel.processor.js';

/** Delivers email of normal and bulk priority that has just become due. */
@Processor(queueName('email', 'regular'), PROCESSOR_OPTIONS)
export class EmailProcessor extends ChannelProcessor {
  constructor(delivery: DeliverBatch, config: Config) {
    super('email', delivery, config);
  }
}
