import { Global, Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { CryptoModule } from '@outbell/shared/crypto/crypto.module.js';
import { WhatsAppSessions } from '../routing/whatsapp-sessions.js';
import { SessionKeeper } from './session-keeper.js';

/** Global, so that delivery, which knows nothing of this room, finds the sessions. */
@Global()
@Module({
  imports: [PersistenceModule, CryptoModule],
  providers: [SessionKeeper, { provide: WhatsAppSessions, useExisting: SessionKeeper }],
  exports: [WhatsAppSessions],
})
export class WhatsAppSessionsModule {}
