import type * as Sdk from '@aws-sdk/client-sns';
import { awsClientConfig } from '../aws/aws-client.js';
import { awsVerdict, provesAwsKey } from '../aws/aws-verdict.js';
import { AWS_EXAMPLE } from '../aws/aws.credentials.js';
import { httpProvider } from '../http/http-provider.js';
import { taken } from '../http/http-verdict.js';
import type { OutgoingSms } from '../provider.js';
import { LONGEST_SMS, measureSms } from '../sms/sms-segments.js';
import { snsCallbacks } from './sns.callbacks.js';
import { SnsCredentials } from './sns.credentials.js';
import { meaningOfSns } from './sns.errors.js';

/** The key may not read the settings, or there are none to read. */
const GOOD_KEY = /^(AuthorizationError|InvalidAction)/;

const NUMBER = /^\+?\d{3,15}$/;

interface Sns {
  sdk: typeof Sdk;
  client: Sdk.SNSClient;
}

/** Amazon SNS: Publish to a telephone. Knows no idempotency key. */
export const SnsProvider = httpProvider<SnsCredentials, OutgoingSms, Sns>({
  providerName: 'sns',
  channel: 'sms',
  Credentials: SnsCredentials,
  example: { summary: 'Amazon SNS', credentials: AWS_EXAMPLE },
  callbacks: snsCallbacks,
  cannotCarry: ['sender_name_with_signs'],
  // SNS sends 20 texts a second for an account unless AWS has raised that.
  concurrency: 20,

  async open({ credentials, agents }) {
    const sdk = await import('@aws-sdk/client-sns');
    return { sdk, client: new sdk.SNSClient(await awsClientConfig(credentials, agents)) };
  },

  refuse({ text }) {
    const { characters, segments } = measureSms(text);
    if (characters <= LONGEST_SMS) return undefined;
    return { kind: 'rejected', reason: 'message_too_large', detail: { characters, segments } };
  },

  async send({ sdk, client }, message, { credentials }) {
    const { MessageId: id, $metadata } = await client.send(new sdk.PublishCommand(inputOf(message, credentials)));
    return taken(id, $metadata.httpStatusCode, { segments: measureSms(message.text).segments });
  },

  /** Asks for the account's settings for texts. */
  async verify({ sdk, client }) {
    await client.send(new sdk.GetSMSAttributesCommand({ attributes: ['DefaultSMSType'] }));
    return { ok: true };
  },

  failureOf: (failure) => awsVerdict(failure, meaningOfSns),
  provesKey: (failure) => provesAwsKey(failure, GOOD_KEY),
});

function inputOf({ from, to, text }: OutgoingSms, { sender_id: senderId }: SnsCredentials): Sdk.PublishCommandInput {
  return {
    PhoneNumber: to,
    Message: text,
    MessageAttributes: { 'AWS.SNS.SMS.SMSType': attribute('Transactional'), ...senderOf(from, senderId) },
  };
}

/** A name of the message's own, else the connection's; else a number, which must be one of the account. */
function senderOf(from: string, senderId: string | undefined): Record<string, Sdk.MessageAttributeValue> {
  const name = NUMBER.test(from) ? senderId : from;
  return name === undefined
    ? { 'AWS.MM.SMS.OriginationNumber': attribute(from) }
    : { 'AWS.SNS.SMS.SenderID': attribute(name) };
}

function attribute(StringValue: string): Sdk.MessageAttributeValue {
  return { DataType: 'String', StringValue };
}
