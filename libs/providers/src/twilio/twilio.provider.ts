import type { Outcome } from '@outbell/shared/outcome.js';
import { twilioCallbacks } from './twilio.callbacks.js';
import type { OutgoingSms, Provider, ProviderOptions, Verification } from '../provider.js';
import { TWILIO_CONCURRENCY, TwilioClient } from './twilio-client.js';
import { TwilioCredentials } from './twilio.credentials.js';
import { measureSms } from '../sms/sms-segments.js';

/** SMS through Twilio. What a silence meant is told by its status callback, which carries our id. */
export class TwilioProvider implements Provider {
  static readonly providerName = 'twilio';
  static readonly channel = 'sms';
  static readonly Credentials = TwilioCredentials;
  static readonly callbacks = twilioCallbacks;

  static concurrency(): number {
    return TWILIO_CONCURRENCY;
  }

  private readonly client: TwilioClient;

  constructor(credentials: TwilioCredentials, options: ProviderOptions) {
    this.client = new TwilioClient(credentials, options);
  }

  async send({ messageId, from, to, text, expires }: OutgoingSms): Promise<Outcome> {
    const outcome = await this.client.send(messageId, { from, to, body: text }, expires);
    return outcome.kind === 'sent' ? { ...outcome, detail: { segments: measureSms(text).segments } } : outcome;
  }

  verify(): Promise<Verification> {
    return this.client.verify();
  }

  close(): Promise<void> {
    return this.client.close();
  }
}
