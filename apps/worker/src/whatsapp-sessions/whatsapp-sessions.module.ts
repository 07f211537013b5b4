import { Global, Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { WhatsAppSessions } from '../routing/whatsapp-sessions.js';
import { SessionManager } from './session-manager.js';

/** Global, so that delivery, which knows nothing of this room, finds the sessions. */
@Global()
@Module({
  imports: [PersistenceModule, CryptoModule],
  providers: [SessionManager, { provide: WhatsAppSessions, useExisting: SessionManager }],
  exports: [WhatsAppSessions],
})
export class WhatsAppSessionsModule {}
