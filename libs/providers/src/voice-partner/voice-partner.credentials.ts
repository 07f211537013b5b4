import { IsEmail, MaxLength } from 'class-validator';
import { CredentialField } from '../credential-field.js';
import { BaseUrl } from '../http/base-url.decorator.js';
import { Secret } from '../http/secret.decorators.js';

export const VOICE_PARTNER_URL = 'https://api.voicepartner.fr';

/** Credentials for an account of Voice Partner. */
export class VoicePartnerCredentials {
  @Secret({ example: 'c0ffee…', description: 'The key of the account. Write-only.' })
  api_key!: string;

  @CredentialField({
    example: 'voice@example.com',
    description: 'Where Voice Partner reports the end of each call; it refuses calls without one.',
  })
  @IsEmail()
  @MaxLength(320)
  email_for_notification!: string;

  @BaseUrl(VOICE_PARTNER_URL)
  base_url?: string;
}
