import { IsOptional, Matches } from 'class-validator';
import { Described } from '../described.js';
import { AwsAccessKeyId, AwsRegion, AwsSecretAccessKey, TopicArns } from '../aws/aws-credentials.decorators.js';
import { BaseUrl } from '../http/base-url.decorator.js';

/** What a connection to Amazon SNS needs to send text messages. Stored encrypted, never shown again. */
export class SnsCredentials {
  @AwsRegion()
  region!: string;

  @AwsAccessKeyId()
  access_key_id!: string;

  @AwsSecretAccessKey()
  secret_access_key!: string;

  @Described({
    required: false,
    example: 'OUTBELL',
    description: 'The name that recipients see when the sender of a message is a number.',
  })
  @IsOptional()
  @Matches(/^(?=.*[a-z])[a-z0-9]{1,11}$/i, {
    message: 'sender_id must be 1 to 11 letters and digits, with at least one letter',
  })
  sender_id?: string;

  @TopicArns()
  topic_arns?: string[];

  @BaseUrl('https://sns.<region>.amazonaws.com')
  base_url?: string;
}
