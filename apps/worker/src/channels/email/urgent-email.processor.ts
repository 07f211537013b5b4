import { Processor } from '@nestjs/bullmq';
import { Config } from '@outbell/shared/config/config.schema.js';
import { queueName } from '@outbell/shared/constants/queues.js';
import { DeliverBatch } from '../../delivery/deliver-batch.js';
import { ChannelProcessor, PROCESSOR_OPTIONS } from '../channel.processor.js';

/** Delivers email of high priority, whatever the regular lane is busy with. */
@Processor(queueName('email', 'urgent'), PROCESSOR_OPTIONS)
export class UrgentEmailProcessor extends ChannelProcessor {
  constructor(delivery: DeliverBatch, config: Config) {
    super('email', delivery, config);
  }
}
