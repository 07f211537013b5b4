import { Module } from '@nestjs/common';
import { IntakeModule } from '@outbell/intake/intake.module.js';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { SenderVerification } from './sender-verification.service.js';
import { SendersController } from './senders.controller.js';
import { SendersService } from './senders.service.js';

@Module({
  imports: [PersistenceModule, IntakeModule],
  controllers: [SendersController],
  providers: [SendersService, SenderVerification],
})
export class SendersModule {}
