import { IsString, Matches } from 'class-validator';
import { CredentialField } from '../credential-field.js';

/** What may be the name of a session. */
export const SESSION_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** Credentials of a connection through Baileys: nothing but the session that it goes through. */
export class BaileysCredentials {
  @CredentialField({
    example: 'shop',
    description:
      'The name of a WhatsApp session (`POST /v1/whatsapp-sessions`). Unofficial: WhatsApp may ban the number.',
  })
  @IsString()
  @Matches(SESSION_NAME, { message: 'session must be the name of a WhatsApp session' })
  session!: string;
}
