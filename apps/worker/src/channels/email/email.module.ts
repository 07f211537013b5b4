import { BullModule, InjectQueue } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { queueName } from '@outbell/shared/constants/queues.js';
import { Queue } from 'bullmq';
import { DeliveryModule } from '../../delivery/delivery.module.js';
import { hearErrors } from '../hear-errors.js';
import { BacklogEmailProcessor } from './backlog-email.processor.js';
import { EmailProcessor } from './email.processor.js';
import { UrgentEmailProcessor } from './urgent-email.processor.js';

const URGENT = queueName('email', 'urgent');
const REGULAR = queueName('email', 'regular');
const BACKLOG = queueName('email', 'backlog');

@Module({
  imports: [DeliveryModule, BullModule.registerQueue({ name: URGENT }, { name: REGULAR }, { name: BACKLOG })],
  providers: [UrgentEmailProcessor, EmailProcessor, BacklogEmailProcessor],
})
export class EmailModule {
  constructor(
    @InjectQueue(URGENT) urgent: Queue,
    @InjectQueue(REGULAR) regular: Queue,
    @InjectQueue(BACKLOG) backlog: Queue,
  ) {
    hearErrors(urgent, regular, backlog);
  }
}
