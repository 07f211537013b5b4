import type * as Sdk from '@aws-sdk/client-sns';
import type { Outcome } from '@outbell/shared/outcome.js';
import { snsCallbacks } from './sns.callbacks.js';
import { awsClientConfig } from '../aws/aws-client.js';
import { type AwsFault, awsVerdict, awsVerification } from '../aws/aws-verdict.js';
import { type Failure, unreadable } from '../http/http-verdict.js';
import { vendorAgents } from '../http/vendor-agents.js';
import { VendorCall, VendorCallFailure } from '../http/vendor-call.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingSms, Provider, ProviderOptions, Verification } from '../provider.js';
import { LONGEST_SMS, measureSms } from '../sms/sms-segments.js';
import { SnsCredentials } from './sns.credentials.js';
import { isVendorId } from '../http/vendor-id.js';

/** SNS sends 20 texts a second for an account unless AWS has raised that. */
const CONCURRENCY = 20;

/** The key may not read the settings, or there are none to read. */
const GOOD_KEY = /^(AuthorizationError|InvalidAction)/;

const NUMBER = /^\+?\d{3,15}$/;

/** Amazon SNS: Publish to a telephone. Knows no idempotency key. */
export class SnsProvider implements Provider {
  static readonly providerName = 'sns';
  static readonly channel = 'sms';
  static readonly Credentials = SnsCredentials;
  static readonly callbacks = snsCallbacks;
  static readonly cannotCarry = ['sender_name_with_signs'] as const;

  static concurrency(): number {
    return CONCURRENCY;
  }

  private readonly agents;
  private readonly inFlight = new InFlight();
  private loaded: Promise<Sns> | undefined;

  constructor(
    private readonly credentials: SnsCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.agents = vendorAgents(options.outboundAllow, CONCURRENCY);
  }

  send(message: OutgoingSms): Promise<Outcome> {
    const { characters, segments } = measureSms(message.text);
    if (characters > LONGEST_SMS) {
      return Promise.resolve({ kind: 'rejected', reason: 'message_too_large', detail: { characters, segments } });
    }
    return this.inFlight.track(this.call(message, segments));
  }

  /** Asks for the account's settings for texts. */
  async verify(): Promise<Verification> {
    try {
      await VendorCall.run(this.options.sendTimeoutMs, async () => {
        const { client, sdk } = await this.sns();
        return client.send(new sdk.GetSMSAttributesCommand({ attributes: ['DefaultSMSType'] }));
      });
      return { ok: true };
    } catch (error) {
      if (error instanceof VendorCallFailure) return awsVerification(error, meaningOf, GOOD_KEY);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.agents.destroy();
  }

  private async call(message: OutgoingSms, segments: number): Promise<Outcome> {
    try {
      const { MessageId: id, $metadata } = await VendorCall.run(this.options.sendTimeoutMs, async () => {
        const { client, sdk } = await this.sns();
        return client.send(new sdk.PublishCommand(this.inputOf(message)));
      });
      return isVendorId(id)
        ? { kind: 'sent', providerMessageId: id, detail: { segments } }
        : unreadable($metadata.httpStatusCode);
    } catch (error) {
      if (error instanceof VendorCallFailure) return awsVerdict(error, meaningOf);
      throw error;
    }
  }

  private inputOf({ from, to, text }: OutgoingSms): Sdk.PublishCommandInput {
    return {
      PhoneNumber: to,
      Message: text,
      MessageAttributes: { 'AWS.SNS.SMS.SMSType': attribute('Transactional'), ...this.sender(from) },
    };
  }

  /** A name of the message's own, else the connection's; else a number, which must be one of the account. */
  private sender(from: string): Record<string, Sdk.MessageAttributeValue> {
    const name = NUMBER.test(from) ? this.credentials.sender_id : from;
    return name === undefined
      ? { 'AWS.MM.SMS.OriginationNumber': attribute(from) }
      : { 'AWS.SNS.SMS.SenderID': attribute(name) };
  }

  private sns(): Promise<Sns> {
    return (this.loaded ??= load(this.credentials, this.agents));
  }
}

interface Sns {
  sdk: typeof Sdk;
  client: Sdk.SNSClient;
}

async function load(...[credentials, agents]: Parameters<typeof awsClientConfig>): Promise<Sns> {
  const sdk = await import('@aws-sdk/client-sns');
  return { sdk, client: new sdk.SNSClient(await awsClientConfig(credentials, agents)) };
}

function attribute(StringValue: string): Sdk.MessageAttributeValue {
  return { DataType: 'String', StringValue };
}

/** Faults of SNS's own: `Invalid parameter: PhoneNumber Reason: +1… is not valid to publish to`. */
function meaningOf({ name, message }: AwsFault): Failure | undefined {
  const parameter = /^(InvalidParameter|ValidationError|ValidationException)/.test(name);
  if (/^OptedOut/.test(name) || (parameter && /opted out/i.test(message))) {
    return { kind: 'rejected', reason: 'recipient_opted_out', suppress: 'unsubscribe' };
  }
  if (parameter && /PhoneNumber/.test(message)) return { kind: 'rejected', reason: 'bad_address', suppress: 'invalid' };
  if (parameter && /SenderID|OriginationNumber/i.test(message)) return { kind: 'rejected', reason: 'sender_refused' };
  return undefined;
}
