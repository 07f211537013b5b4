import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches } from 'class-validator';
import { Described } from '../described.js';
import { BaseUrl } from '../http/base-url.decorator.js';

export const RESEND_URL = 'https://api.resend.com';

/** What a connection to Resend needs. Stored encrypted, never shown again. */
export class ResendCredentials {
  @Described({ example: 're_…', description: 'A key that may send; it need not be allowed anything else. Write-only.' })
  @IsString()
  @Length(1, 500)
  @Matches(/^[\x21-\x7e]+$/, { message: 'api_key must not hold blanks' })
  api_key!: string;

  @Described({
    required: false,
    example: ['whsec_…'],
    description: 'The signing secrets of the webhook; two while one replaces the other. Write-only.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(5)
  @Matches(/^whsec_[A-Za-z0-9+/]{16,200}={0,2}$/, {
    each: true,
    message: 'webhook_secrets must be signing secrets, which begin with whsec_',
  })
  webhook_secrets?: string[];

  @BaseUrl(RESEND_URL)
  base_url?: string;
}
