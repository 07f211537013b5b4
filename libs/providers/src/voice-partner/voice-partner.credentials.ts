import { IsEmail, IsString, Length, Matches, MaxLength } from 'class-validator';
import { Described } from '../described.js';
import { BaseUrl } from '../http/base-url.decorator.js';

export const VOICE_PARTNER_URL = 'https://api.voicepartner.fr';

/** What a connection to an account of Voice Partner needs. */
export class VoicePartnerCredentials {
  @Described({ example: 'c0ffee…', description: 'The key of the account. Write-only.' })
  @IsString()
  @Length(1, 500)
  @Matches(/^[\x21-\x7e]+$/, { message: 'api_key must not hold blanks' })
  api_key!: string;

  @Described({
    example: 'voice@example.com',
    description: 'Where Voice Partner reports the end of each call; it refuses calls without one.',
  })
  @IsEmail()
  @MaxLength(320)
  email_for_notification!: string;

  @BaseUrl(VOICE_PARTNER_URL)
  base_url?: string;
}
