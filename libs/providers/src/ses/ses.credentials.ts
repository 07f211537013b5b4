import { IsOptional, Matches } from 'class-validator';
import { Described } from '../described.js';
import { AwsAccessKeyId, AwsRegion, AwsSecretAccessKey, TopicArns } from '../aws/aws-credentials.decorators.js';
import { BaseUrl } from '../http/base-url.decorator.js';

/** What a connection to Amazon SES needs. Stored encrypted, never shown again. */
export class SesCredentials {
  @AwsRegion()
  region!: string;

  @AwsAccessKeyId()
  access_key_id!: string;

  @AwsSecretAccessKey()
  secret_access_key!: string;

  @Described({
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
