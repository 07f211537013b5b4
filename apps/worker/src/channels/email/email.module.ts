import { Module } from '@nestjs/common';
import { DeliveryModule } from '../../delivery/delivery.module.js';
import { EmailProcessor } from './email.processor.js';
import { UrgentEmailProcessor } from './urgent-email.processor.js';

@Module({ imports: [DeliveryModule], providers: [EmailProcessor, UrgentEmailProcessor] })
export class EmailModule {}
