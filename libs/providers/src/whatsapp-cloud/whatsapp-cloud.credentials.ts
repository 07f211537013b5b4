import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { CredentialField } from '../credential-field.js';
import { BaseUrl } from '../http/base-url.decorator.js';
import { Secret, Secrets } from '../http/secret.decorators.js';

export const GRAPH_URL = 'https://graph.facebook.com';
export const GRAPH_VERSION = 'v23.0';

/** Credentials for one telephone number of WhatsApp's Cloud API. */
export class WhatsAppCloudCredentials {
  @CredentialField({
    example: '106540352242922',
    description: 'The id of the number that sends, not the number itself.',
  })
  @Matches(/^\d{1,30}$/, { message: 'phone_number_id must be digits: the id of the number, not the number itself' })
  phone_number_id!: string;

  @Secret({
    example: 'EAAJ…',
    description: 'A system user’s token with whatsapp_business_messaging. Write-only.',
    longest: 2_000,
  })
  access_token!: string;

  @Secrets({
    example: ['s3cret'],
    description:
      'The secrets of the app that signs callbacks: the present one, and former ones while it changes. Write-only.',
  })
  @IsString({ each: true })
  @Length(1, 200, { each: true })
  app_secrets?: string[];

  @CredentialField({
    required: false,
    example: 'a-word',
    description: 'What the app’s callback settings ask us to know.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  verify_token?: string;

  @CredentialField({
    required: false,
    default: GRAPH_VERSION,
    example: GRAPH_VERSION,
    description: 'Of the Graph API.',
  })
  @IsOptional()
  @Matches(/^v\d{1,3}\.\d$/, { message: 'api_version must be a version of the Graph API, such as v23.0' })
  api_version?: string;

  @BaseUrl(GRAPH_URL)
  base_url?: string;
}
