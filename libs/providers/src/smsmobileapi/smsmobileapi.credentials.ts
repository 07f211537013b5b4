import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches } from 'class-validator';
import { Described } from '../described.js';
import { BaseUrl } from '../http/base-url.decorator.js';

export const SMSMOBILEAPI_URL = 'https://api.smsmobileapi.com';

/** What a connection to SMSMobileAPI needs: SMS over a telephone of one's own. */
export class SmsMobileApiCredentials {
  @Described({ example: 'c0ffee…', description: 'The key of the account. Write-only.' })
  @IsString()
  @Length(1, 500)
  @Matches(/^[\x21-\x7e]+$/, { message: 'api_key must not hold blanks' })
  api_key!: string;

  @Described({ required: false, example: 'phone-1', description: 'Which of the account’s telephones sends.' })
  @IsOptional()
  @IsString()
  @Length(1, 100)
  device?: string;

  @Described({
    required: false,
    example: ['the-signing-secret'],
    description: 'The signing secrets of the webhook (V2); two while one replaces the other. Write-only.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(5)
  @Matches(/^[\x21-\x7e]{8,500}$/, {
    each: true,
    message: 'webhook_secrets must be signing secrets: 8 to 500 characters, without blanks',
  })
  webhook_secrets?: string[];

  @BaseUrl(SMSMOBILEAPI_URL)
  base_url?: string;
}
