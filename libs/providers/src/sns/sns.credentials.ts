import { IsOptional, Matches } from 'class-validator';
import { CredentialField } from '../credential-field.js';
import { AwsCredentials, TopicArns } from '../aws/aws.credentials.js';
import { BaseUrl } from '../http/base-url.decorator.js';

/** Credentials for text messages by Amazon SNS. */
export class SnsCredentials extends AwsCredentials {
  @CredentialField({
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
