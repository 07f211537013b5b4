import { BullModule, InjectQueue } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { queueName } from '@outbell/shared/constants/queues.js';
import { Queue } from 'bullmq';
import { DeliveryModule } from '../../delivery/delivery.module.js';
import { hearErrors } from '../hear-errors.js';
import { EmailProcessor } from './email.processor.js';
import { UrgentEmailProcessor } from './urgent-email.processor.js';

const REGULAR = queueName('email', 'regular');
const URGENT = queueName('email', 'urgent');

@Module({
  imports: [DeliveryModule, BullModule.registerQueue({ name: REGULAR }, { name: URGENT })],
  providers: [EmailProcessor, UrgentEmailProcessor],
})
export class EmailModule {
  constructor(@InjectQueue(REGULAR) regular: Queue, @InjectQueue(URGENT) urgent: Queue) {
    hearErrors(regular, urgent);
  }
}
