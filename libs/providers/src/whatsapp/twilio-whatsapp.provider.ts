import type { Outcome } from '@outbell/shared/outcome.js';
import { twilioCallbacks } from '../callbacks/twilio.callbacks.js';
import type { OutgoingWhatsApp, Provider, ProviderOptions, Verification } from '../provider.js';
import { TWILIO_CONCURRENCY, TwilioClient, type TwilioMessage } from '../twilio/twilio-client.js';
import { TwilioCredentials } from '../twilio/twilio-credentials.dto.js';

/** WhatsApp through Twilio: the same account and calls as for SMS, to addresses that say `whatsapp:`. */
export class TwilioWhatsAppProvider implements Provider {
  static readonly providerName = 'twilio-whatsapp';
  static readonly channel = 'whatsapp';
  static readonly Credentials = TwilioCredentials;
  static readonly callbacks = twilioCallbacks;

  static concurrency(): number {
    return TWILIO_CONCURRENCY;
  }

  private readonly client: TwilioClient;

  constructor(credentials: TwilioCredentials, options: ProviderOptions) {
    this.client = new TwilioClient(credentials, options);
  }

  send(message: OutgoingWhatsApp): Promise<Outcome> {
    const { messageId, from, to } = message;
    return this.client.send(messageId, { from: `whatsapp:${from}`, to: `whatsapp:${to}`, ...contentOf(message) });
  }

  verify(): Promise<Verification> {
    return this.client.verify();
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** Twilio names its templates itself (HX…). Any other is found by WhatsApp in the text that it renders to. */
function contentOf({ text, template }: OutgoingWhatsApp): Partial<TwilioMessage> {
  if (!template?.name.startsWith('HX')) return { body: text };
  const variables = Object.fromEntries(template.parameters.map((value, index) => [String(index + 1), value]));
  return { contentSid: template.name, contentVariables: JSON.stringify(variables) };
}
