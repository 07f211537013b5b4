import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { CredentialField } from '../credential-field.js';
import { BaseUrl } from '../http/base-url.decorator.js';
import { Secret, Secrets } from '../http/secret.decorators.js';

export const TWILIO_URL = 'https://api.twilio.com';

/** Credentials for an account of Twilio, for SMS and for WhatsApp. */
export class TwilioCredentials {
  @CredentialField({ example: 'AC0123456789abcdef0123456789abcdef', description: 'The account: AC and 32 hex digits.' })
  @Matches(/^AC[0-9a-f]{32}$/i, { message: 'account_sid must be AC and 32 hexadecimal digits' })
  account_sid!: string;

  @Secret({
    example: 's3cret',
    description: 'The account’s auth token, which also signs its callbacks. Write-only.',
    longest: 200,
  })
  auth_token!: string;

  @CredentialField({
    required: false,
    example: 'MG0123456789abcdef0123456789abcdef',
    description: 'A messaging service that chooses the sender; without it the message’s own sender is used.',
  })
  @IsOptional()
  @Matches(/^MG[0-9a-f]{32}$/i, { message: 'messaging_service_sid must be MG and 32 hexadecimal digits' })
  messaging_service_sid?: string;

  @Secrets({
    example: [],
    description: 'Auth tokens that still sign callbacks while the account changes its token, at most 5. Write-only.',
  })
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  former_auth_tokens?: string[];

  @BaseUrl(TWILIO_URL)
  base_url?: string;
}

export const TWILIO_EXAMPLE: TwilioCredentials = {
  account_sid: 'AC0123456789abcdef0123456789abcdef',
  auth_token: '0123456789abcdef0123456789abcdef',
};
