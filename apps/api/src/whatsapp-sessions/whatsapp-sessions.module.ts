import { Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { PairingProgress } from './pairing-progress.service.js';
import { WhatsAppSessionsController } from './whatsapp-sessions.controller.js';
import { WhatsAppSessionsService } from './whatsapp-sessions.service.js';

@Module({
  imports: [PersistenceModule, CryptoModule, AuthModule],
  controllers: [WhatsAppSessionsController],
  providers: [PairingProgress, WhatsAppSessionsService],
})
export class WhatsAppSessionsModule {}
