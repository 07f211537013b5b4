import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { CredentialField } from '../credential-field.js';
import { BaseUrl } from '../http/base-url.decorator.js';
import { Secret, Secrets } from '../http/secret.decorators.js';

export const SMSMOBILEAPI_URL = 'https://api.smsmobileapi.com';

/** Credentials for SMSMobileAPI: SMS over a telephone of one's own. */
export class SmsMobileApiCredentials {
  @Secret({ example: 'c0ffee…', description: 'The key of the account. Write-only.' })
  api_key!: string;

  @CredentialField({ required: false, example: 'phone-1', description: 'Which of the account’s telephones sends.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  device?: string;

  @Secrets({
    example: ['the-signing-secret'],
    description: 'The signing secrets of the webhook (V2); two while one replaces the other. Write-only.',
  })
  @Matches(/^[\x21-\x7e]{8,500}$/, {
    each: true,
    message: 'webhook_secrets must be signing secrets: 8 to 500 characters, without blanks',
  })
  webhook_secrets?: string[];

  @BaseUrl(SMSMOBILEAPI_URL)
  base_url?: string;
}
