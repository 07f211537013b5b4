import type * as Sdk from '@aws-sdk/client-sesv2';
import type { Outcome } from '@outbell/shared/outcome.js';
import { sesCallbacks } from './ses.callbacks.js';
import { awsClientConfig } from '../aws/aws-client.js';
import { type AwsFault, awsVerdict, awsVerification } from '../aws/aws-verdict.js';
import { type Failure, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingEmail, Provider, ProviderOptions, Verification } from '../provider.js';
import { tooLarge } from '../email/email-size.js';
import { unsafeHeader } from '../email/header-safety.js';
import { asciiDomain, mailbox } from '../email/mailbox.js';
import { SesCredentials } from './ses.credentials.js';
import { isVendorId } from '../http/vendor-id.js';

const CONCURRENCY = 50;

/** Of API version 2, all in all. */
const LARGEST_MB = 40;

/** The event of a message carries it back to us. */
const MESSAGE_ID_TAG = 'message_id';

/** The key may not read the account, or the account has nothing to read. */
const GOOD_KEY = /^(AccessDenied|BadRequest|Unknown$)/;

/**
 * Amazon SES (SendEmail of API version 2). Knows no idempotency key: a silence is resolved by the events that a configuration set
 * publishes, by our tag.
 */
export class SesProvider implements Provider {
  static readonly providerName = 'ses';
  static readonly channel = 'email';
  static readonly Credentials = SesCredentials;
  static readonly callbacks = sesCallbacks;

  static concurrency(): number {
    return CONCURRENCY;
  }

  private readonly agents;
  private readonly inFlight = new InFlight();
  private loaded: Promise<Ses> | undefined;

  constructor(
    private readonly credentials: SesCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, CONCURRENCY);
  }

  send(message: OutgoingEmail): Promise<Outcome> {
    const reason = unsafeHeader(message) ?? tooLarge(message, LARGEST_MB);
    if (reason) return Promise.resolve({ kind: 'rejected', reason });
    return this.inFlight.track(this.call(message));
  }

  /** Asks for the account: also whether it may send. */
  async verify(): Promise<Verification> {
    try {
      const account = await VendorCall.run(this.options.sendTimeoutMs, async () => {
        const { client, sdk } = await this.ses();
        return client.send(new sdk.GetAccountCommand());
      });
      return account.SendingEnabled === false ? { ok: false, reason: 'account_locked' } : { ok: true };
    } catch (error) {
      if (error instanceof VendorCallFailure) return awsVerification(error, meaningOf, GOOD_KEY);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call(message: OutgoingEmail): Promise<Outcome> {
    try {
      const { MessageId: id, $metadata } = await VendorCall.run(this.options.sendTimeoutMs, async () => {
        const { client, sdk } = await this.ses();
        return client.send(new sdk.SendEmailCommand(this.inputOf(message)));
      });
      return isVendorId(id) ? { kind: 'sent', providerMessageId: id } : unreadable($metadata.httpStatusCode);
    } catch (error) {
      if (error instanceof VendorCallFailure) return awsVerdict(error, meaningOf);
      throw error;
    }
  }

  private inputOf({ from, to, subject, text, html, headers, messageId }: OutgoingEmail): Sdk.SendEmailCommandInput {
    const { configuration_set: set } = this.credentials;
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

  private ses(): Promise<Ses> {
    return (this.loaded ??= load(this.credentials, this.agents));
  }
}

interface Ses {
  sdk: typeof Sdk;
  client: Sdk.SESv2Client;
}

async function load(...[credentials, agents]: Parameters<typeof awsClientConfig>): Promise<Ses> {
  const sdk = await import('@aws-sdk/client-sesv2');
  return { sdk, client: new sdk.SESv2Client(await awsClientConfig(credentials, agents)) };
}

function utf8(Data: string): { Data: string; Charset: string } {
  return { Data, Charset: 'UTF-8' };
}

/** Faults of SES's own. An account that is paused is mended by its owner, so the message waits. */
function meaningOf({ name, message }: AwsFault): Failure | undefined {
  if (name === 'MailFromDomainNotVerifiedException') return { kind: 'rejected', reason: 'sender_refused' };
  if (name === 'MessageRejected') {
    return { kind: 'rejected', reason: /not verified/i.test(message) ? 'sender_refused' : 'policy_rejected' };
  }
  if (name === 'AccountSuspendedException' || name === 'SendingPausedException') {
    return { kind: 'retry', reason: 'account_locked' };
  }
  // As of a rate, says its name; but this one lasts for hours.
  if (/daily (message|sending) quota/i.test(message)) return { kind: 'retry', reason: 'quota_exceeded' };
  return undefined;
}
