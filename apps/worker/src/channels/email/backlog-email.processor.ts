import { Processor } from '@nestjs/bullmq';
import { Config } from '@outbell/shared/config/config.schema.js';
import { queueName } from '@outbell/shared/constants/queues.js';
import { DeliverBatch } from '../../delivery/deliver-batch.js';
import { ChannelProcessor, PROCESSOR_OPTIONS } from '../channel.processor.js';

/** Delivers email of a backlog, beside what has just come. */
@Processor(queueName('email', 'backlog'), PROCESSOR_OPTIONS)
export class BacklogEmailProcessor extends ChannelProcessor {
  constructor(delivery: DeliverBatch, config: Config) {
    super('email', delivery, config);
  }
}
