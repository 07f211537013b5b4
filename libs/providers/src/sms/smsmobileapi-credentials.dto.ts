import { IsOptional, IsString, Length, Matches } from 'class-validator';
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

  @BaseUrl(SMSMOBILEAPI_URL)
  base_url?: string;
}
