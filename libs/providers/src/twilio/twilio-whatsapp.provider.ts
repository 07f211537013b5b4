import { SHORT_WHATSAPP_TEXT } from '@outbell/shared/cargo.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { isContentSid } from '@outbell/shared/whatsapp-template.js';
import { twilioCallbacks } from './twilio.callbacks.js';
import type { OutgoingWhatsApp, Provider, ProviderOptions, Verification } from '../provider.js';
import { TWILIO_CONCURRENCY, TwilioClient, type TwilioMessage } from './twilio-client.js';
import { TwilioCredentials } from './twilio.credentials.js';

/** WhatsApp through Twilio: the same account and calls as for SMS, to addresses that say `whatsapp:`. */
export class TwilioWhatsAppProvider implements Provider {
  static readonly providerName = 'twilio-whatsapp';
  static readonly channel = 'whatsapp';
  static readonly Credentials = TwilioCredentials;
  static readonly callbacks = twilioCallbacks;
  static readonly cannotCarry = ['named_template', 'template_components', 'long_whatsapp_text'] as const;

  static concurrency(): number {
    return TWILIO_CONCURRENCY;
  }

  private readonly client: TwilioClient;

  constructor(credentials: TwilioCredentials, options: ProviderOptions) {
    this.client = new TwilioClient(credentials, options);
  }

  async send(message: OutgoingWhatsApp): Promise<Outcome> {
    const { messageId, from, to, expires } = message;
    const content = contentOf(message);
    if (!content) return { kind: 'rejected', reason: 'template_not_supported' };
    // What a template was rendered to is known only now.
    if (Array.from(content.body ?? '').length > SHORT_WHATSAPP_TEXT)
      return { kind: 'rejected', reason: 'message_too_large', onlyHere: true };
    const addresses = { from: `whatsapp:${from}`, to: `whatsapp:${to}` };
    return this.client.send(messageId, { ...addresses, ...content }, expires);
  }

  verify(): Promise<Verification> {
    return this.client.verify();
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** Twilio names its templates itself (HX…), and has one set of variables for all their parts. Undefined for a template of another name. */
function contentOf({ text, template }: OutgoingWhatsApp): Partial<TwilioMessage> | undefined {
  if (!template) return { body: text };
  const { name, parameters, named_parameters: named } = template;
  if (!isContentSid(name)) return undefined;
  const variables = named ?? Object.fromEntries(parameters.map((value, index) => [String(index + 1), value]));
  return { contentSid: name, contentVariables: JSON.stringify(variables) };
}
