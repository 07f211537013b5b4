import type * as Sdk from '@aws-sdk/client-sesv2';
import { awsClientConfig } from '../aws/aws-client.js';
import { awsVerdict, provesAwsKey } from '../aws/aws-verdict.js';
import { refuseEmail } from '../email/email-size.js';
import { asciiDomain, mailbox } from '../email/mailbox.js';
import { AWS_EXAMPLE } from '../aws/aws.credentials.js';
import { httpProvider } from '../http/http-provider.js';
import { taken } from '../http/http-verdict.js';
import type { OutgoingEmail } from '../provider.js';
import { sesCallbacks } from './ses.callbacks.js';
import { SesCredentials } from './ses.credentials.js';
import { meaningOfSes } from './ses.errors.js';

/** Of API version 2, all in all. */
const LARGEST_MB = 40;

/** The event of a message carries it back to us. */
const MESSAGE_ID_TAG = 'message_id';

/** The key may not read the account, or the account has nothing to read. */
const GOOD_KEY = /^(AccessDenied|BadRequest|Unknown$)/;

interface Ses {
  sdk: typeof Sdk;
  client: Sdk.SESv2Client;
}

/**
 * Amazon SES (SendEmail of API version 2). Knows no idempotency key: a silence is resolved by the events that a
 * configuration set publishes, by our tag.
 */
export const SesProvider = httpProvider<SesCredentials, OutgoingEmail, Ses>({
  providerName: 'ses',
  channel: 'email',
  Credentials: SesCredentials,
  example: { summary: 'Amazon SES', credentials: AWS_EXAMPLE },
  settings: {
    needs: { region: 'SES_REGION', access_key_id: 'SES_ACCESS_KEY_ID', secret_access_key: 'SES_SECRET_ACCESS_KEY' },
    takes: { configuration_set: 'SES_CONFIGURATION_SET', topic_arns: 'SES_TOPIC_ARNS' },
  },
  callbacks: sesCallbacks,
  concurrency: 50,

  async open({ credentials, agents }) {
    const sdk = await import('@aws-sdk/client-sesv2');
    return { sdk, client: new sdk.SESv2Client(await awsClientConfig(credentials, agents)) };
  },

  refuse: (message) => refuseEmail(message, LARGEST_MB),

  async send({ sdk, client }, message, { credentials }) {
    const { MessageId: id, $metadata } = await client.send(new sdk.SendEmailCommand(inputOf(message, credentials)));
    return taken(id, $metadata.httpStatusCode);
  },

  /** Asks for the account: also whether it may send. */
  async verify({ sdk, client }) {
    const account = await client.send(new sdk.GetAccountCommand());
    return account.SendingEnabled === false ? { ok: false, reason: 'account_locked' } : { ok: true };
  },

  failureOf: (failure) => awsVerdict(failure, meaningOfSes),
  provesKey: (failure) => provesAwsKey(failure, GOOD_KEY),
});

function inputOf(
  { from, to, subject, text, html, headers, messageId }: OutgoingEmail,
  { configuration_set: set }: SesCredentials,
): Sdk.SendEmailCommandInput {
  return {
    FromEmailAddress: mailbox(from, 'encoded'),
    Destination: { ToAddresses: [asciiDomain(to)] },
    Content: {
      Simple: {
        Subject: utf8(subject),
        Body: { Text: utf8(text), ...(html !== undefined && { Html: utf8(html) }) },
        Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
      },
    },
    EmailTags: [{ Name: MESSAGE_ID_TAG, Value: messageId }],
    ...(set !== undefined && { ConfigurationSetName: set }),
  };
}

function utf8(Data: string): { Data: string; Charset: string } {
  return { Data, Charset: 'UTF-8' };
}
