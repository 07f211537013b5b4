import { IsOptional, Matches } from 'class-validator';
import { CredentialField } from '../credential-field.js';
import { AwsCredentials, TopicArns } from '../aws/aws.credentials.js';
import { BaseUrl } from '../http/base-url.decorator.js';

/** Credentials for Amazon SES. */
export class SesCredentials extends AwsCredentials {
  @CredentialField({
    required: false,
    example: 'outbell',
    description:
      'The configuration set that publishes events; without one SES tells nothing of what became of a message.',
  })
  @IsOptional()
  @Matches(/^[\w-]{1,64}$/, { message: 'configuration_set must be up to 64 letters, digits, dashes and underscores' })
  configuration_set?: string;

  @TopicArns()
  topic_arns?: string[];

  @BaseUrl('https://email.<region>.amazonaws.com')
  base_url?: string;
}
