import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches } from 'class-validator';
import { Described } from '../described.js';
import { BaseUrl } from '../http/base-url.decorator.js';

export const TWILIO_URL = 'https://api.twilio.com';

/** What a connection to an account of Twilio needs, for SMS and for WhatsApp. */
export class TwilioCredentials {
  @Described({ example: 'AC0123456789abcdef0123456789abcdef', description: 'The account: AC and 32 hex digits.' })
  @Matches(/^AC[0-9a-f]{32}$/i, { message: 'account_sid must be AC and 32 hexadecimal digits' })
  account_sid!: string;

  @Described({
    example: 's3cret',
    description: 'The account’s auth token, which also signs its callbacks. Write-only.',
  })
  @IsString()
  @Length(1, 200)
  @Matches(/^[\x21-\x7e]+$/, { message: 'auth_token must not hold blanks' })
  auth_token!: string;

  @Described({
    required: false,
    example: 'MG0123456789abcdef0123456789abcdef',
    description: 'A messaging service that chooses the sender; without it the message’s own sender is used.',
  })
  @IsOptional()
  @Matches(/^MG[0-9a-f]{32}$/i, { message: 'messaging_service_sid must be MG and 32 hexadecimal digits' })
  messaging_service_sid?: string;

  @Described({
    required: false,
    example: [],
    description: 'Auth tokens that still sign callbacks while the account changes its token, at most 5. Write-only.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(5)
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  former_auth_tokens?: string[];

  @BaseUrl(TWILIO_URL)
  base_url?: string;
}
