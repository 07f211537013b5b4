import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches } from 'class-validator';
import { Described } from '../described.js';
import { BaseUrl } from '../http/base-url.decorator.js';

export const SENDGRID_URL = 'https://api.sendgrid.com';

/** What a connection to SendGrid needs. Stored encrypted, never shown again. */
export class SendGridCredentials {
  @Described({ example: 'SG.…', description: 'A key that may send mail. Write-only.' })
  @IsString()
  @Length(1, 500)
  @Matches(/^[\x21-\x7e]+$/, { message: 'api_key must not hold blanks' })
  api_key!: string;

  @Described({
    required: false,
    example: ['MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…'],
    description: 'The verification keys of the event webhook, in base64; two while one replaces the other.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(5)
  @Matches(/^[A-Za-z0-9+/]{40,1000}={0,2}$/, { each: true, message: 'webhook_public_keys must be keys in base64' })
  webhook_public_keys?: string[];

  @BaseUrl(SENDGRID_URL)
  base_url?: string;
}
