import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { credentialFieldsOf } from './credential-field.js';
import { ResendCredentials } from './resend/resend.credentials.js';
import { SendGridCredentials } from './sendgrid/sendgrid.credentials.js';
import { SesCredentials } from './ses/ses.credentials.js';
import { SmsMobileApiCredentials } from './smsmobileapi/smsmobileapi.credentials.js';
import { SnsCredentials } from './sns/sns.credentials.js';

const aws = { region: 'eu-west-1', access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'wJalrXUt/nFEMI+K7' };
const arn = 'arn:aws:sns:eu-west-1:123456789012:receipts';

/** The fields that are refused. */
async function refused<C extends object>(type: new () => C, body: object): Promise<string[]> {
  const errors = await validate(plainToInstance(type, body), { whitelist: true, forbidNonWhitelisted: true });
  return errors.map(({ property }) => property);
}

describe('credentials of vendors', () => {
  it.each([
    [SesCredentials, aws],
    [SesCredentials, { ...aws, region: 'us-gov-west-1', configuration_set: 'outbell', topic_arns: [arn] }],
    [SnsCredentials, { ...aws, sender_id: 'OUTBELL', base_url: 'http://127.0.0.1:4566' }],
    [SendGridCredentials, { api_key: 'SG.a.b', webhook_public_keys: [`${'A'.repeat(122)}==`] }],
    [SmsMobileApiCredentials, { api_key: 'a', webhook_secrets: ['a-signing-secret'] }],
    [ResendCredentials, { api_key: 're_a', webhook_secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] }],
  ])('takes %o %j', async (type: new () => object, body) => {
    expect(await refused(type, body)).toEqual([]);
  });

  it.each([
    [SesCredentials, {}, ['region', 'access_key_id', 'secret_access_key']],
    [SesCredentials, { ...aws, region: 'eu-west-1.evil.example#' }, ['region']],
    [SesCredentials, { ...aws, secret_access_key: 'a b' }, ['secret_access_key']],
    [SesCredentials, { ...aws, configuration_set: 'a b' }, ['configuration_set']],
    [SesCredentials, { ...aws, topic_arns: ['arn:aws:sqs:eu-west-1:123456789012:receipts'] }, ['topic_arns']],
    [SesCredentials, { ...aws, topic_arns: arn }, ['topic_arns']],
    [SnsCredentials, { ...aws, sender_id: '12345' }, ['sender_id']],
    [SnsCredentials, { ...aws, sender_id: 'LONGERTHANELEVEN' }, ['sender_id']],
    [SnsCredentials, { ...aws, configuration_set: 'outbell' }, ['configuration_set']],
    [SendGridCredentials, { api_key: 'SG.a\nb' }, ['api_key']],
    [
      SendGridCredentials,
      { api_key: 'SG.a', webhook_public_keys: ['-----BEGIN PUBLIC KEY-----'] },
      ['webhook_public_keys'],
    ],
    [ResendCredentials, { api_key: '' }, ['api_key']],
    [ResendCredentials, { api_key: 're_a', webhook_secrets: ['secret'] }, ['webhook_secrets']],
    [SmsMobileApiCredentials, { api_key: 'a', webhook_secrets: ['short'] }, ['webhook_secrets']],
    [ResendCredentials, { api_key: 're_a', base_url: 'ftp://example.com' }, ['base_url']],
  ])('refuses %o %j for %j', async (type: new () => object, body, fields) => {
    expect(await refused(type, body)).toEqual(fields);
  });

  it.each([
    [SesCredentials, ['region', 'access_key_id', 'secret_access_key', 'configuration_set', 'topic_arns', 'base_url']],
    [SnsCredentials, ['region', 'access_key_id', 'secret_access_key', 'sender_id', 'topic_arns', 'base_url']],
    [SendGridCredentials, ['api_key', 'webhook_public_keys', 'base_url']],
    [ResendCredentials, ['api_key', 'webhook_secrets', 'base_url']],
    [SmsMobileApiCredentials, ['api_key', 'device', 'webhook_secrets', 'base_url']],
  ])('describes each field of %o', (type: new () => object, fields) => {
    expect([...credentialFieldsOf(type).keys()]).toEqual(fields);
  });
});
