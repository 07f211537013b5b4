import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Matches } from 'class-validator';
import { CredentialField } from '../credential-field.js';
import { Secret } from '../http/secret.decorators.js';

/** Credentials for any service of AWS. Stored encrypted, never shown again. */
export class AwsCredentials {
  @CredentialField({ example: 'eu-west-1', description: 'The region whose endpoint is called.' })
  @IsString()
  @Matches(/^[a-z]{2,4}(-[a-z]{2,20}){1,3}-\d{1,2}$/, { message: 'region must be a region of AWS, such as eu-west-1' })
  region!: string;

  @CredentialField({ example: 'AKIA…', description: 'Of a user who may do nothing but send.' })
  @IsString()
  @Matches(/^\w{4,128}$/, { message: 'access_key_id must be 4 to 128 letters and digits' })
  access_key_id!: string;

  @Secret({ example: 'wJalr…', description: 'Write-only.', longest: 256 })
  secret_access_key!: string;
}

/** AWS's own example, of no account. */
export const AWS_EXAMPLE: AwsCredentials = {
  region: 'eu-west-1',
  access_key_id: 'AKIAIOSFODNN7EXAMPLE',
  secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

export function TopicArns(): PropertyDecorator {
  return applyDecorators(
    CredentialField({
      required: false,
      example: ['arn:aws:sns:eu-west-1:123456789012:receipts'],
      description: 'The SNS topics whose notifications are believed; those of all others are refused.',
    }) as PropertyDecorator,
    IsOptional(),
    IsArray(),
    ArrayMaxSize(20),
    Matches(/^arn:aws[a-z-]{0,10}:sns:[a-z0-9-]{4,30}:\d{12}:[\w-]{1,256}$/, {
      each: true,
      message: 'topic_arns must be ARNs of SNS topics',
    }),
  );
}
