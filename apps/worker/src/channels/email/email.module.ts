import { BullModule } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { queueName } from '@outbell/shared/constants/queues.js';
import { DeliveryModule } from '../../delivery/delivery.module.js';
import { EmailProcessor } from './email.processor.js';
import { UrgentEmailProcessor } from './urgent-email.processor.js';

@Module({
  imports: [
    DeliveryModule,
    BullModule.registerQueue({ name: queueName('email', 'regular') }, { name: queueName('email', 'urgent') }),
  ],
  providers: [EmailProcessor, UrgentEmailProcessor],
})
export class EmailModule {}
