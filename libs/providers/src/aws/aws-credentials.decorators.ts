import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches } from 'class-validator';
import { Described } from '../described.js';

/** The part of AWS credentials that its SDKs need. */
export interface AwsCredentials {
  region: string;
  access_key_id: string;
  secret_access_key: string;
  base_url?: string;
}

export function AwsRegion(): PropertyDecorator {
  return applyDecorators(
    Described({ example: 'eu-west-1', description: 'The region whose endpoint is called.' }) as PropertyDecorator,
    IsString(),
    Matches(/^[a-z]{2,4}(-[a-z]{2,20}){1,3}-\d{1,2}$/, {
      message: 'region must be a region of AWS, such as eu-west-1',
    }),
  );
}

export function AwsAccessKeyId(): PropertyDecorator {
  return applyDecorators(
    Described({ example: 'AKIA…', description: 'Of a user who may do nothing but send.' }) as PropertyDecorator,
    IsString(),
    Matches(/^\w{4,128}$/, { message: 'access_key_id must be 4 to 128 letters and digits' }),
  );
}

export function AwsSecretAccessKey(): PropertyDecorator {
  return applyDecorators(
    Described({ example: 'wJalr…', description: 'Write-only.' }) as PropertyDecorator,
    IsString(),
    Length(1, 256),
    Matches(/^[\x21-\x7e]+$/, { message: 'secret_access_key must not hold blanks' }),
  );
}

export function TopicArns(): PropertyDecorator {
  return applyDecorators(
    Described({
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
