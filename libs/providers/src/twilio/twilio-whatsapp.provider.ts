import { SHORT_WHATSAPP_TEXT } from '@outbell/shared/cargo.js';
import { isContentSid } from '@outbell/shared/whatsapp-template.js';
import type { Twilio } from 'twilio';
import { httpProvider } from '../http/http-provider.js';
import type { OutgoingWhatsApp } from '../provider.js';
import { sendByTwilio, TWILIO_ACCOUNT, type TwilioMessage } from './twilio-client.js';
import { TWILIO_EXAMPLE, type TwilioCredentials } from './twilio.credentials.js';

/** WhatsApp through Twilio: the same account and calls as for SMS, to addresses that say `whatsapp:`. */
export const TwilioWhatsAppProvider = httpProvider<TwilioCredentials, OutgoingWhatsApp, Twilio>({
  ...TWILIO_ACCOUNT,
  providerName: 'twilio-whatsapp',
  channel: 'whatsapp',
  example: { summary: 'WhatsApp through Twilio', credentials: TWILIO_EXAMPLE },
  cannotCarry: ['named_template', 'template_components', 'long_whatsapp_text'],

  /** Checks what a template was rendered to, which is known only now. */
  refuse({ text, template }) {
    if (template && !isContentSid(template.name)) return { kind: 'rejected', reason: 'template_not_supported' };
    const isLong = !template && Array.from(text).length > SHORT_WHATSAPP_TEXT;
    return isLong ? { kind: 'rejected', reason: 'message_too_large', onlyHere: true } : undefined;
  },

  send(client, message, connection) {
    const addresses = { from: `whatsapp:${message.from}`, to: `whatsapp:${message.to}` };
    return sendByTwilio(client, message, { ...addresses, ...contentOf(message) }, connection);
  },
});

/** Twilio names its templates itself (HX…), and has one set of variables for all their parts. */
function contentOf({ text, template }: OutgoingWhatsApp): Partial<TwilioMessage> {
  if (!template) return { body: text };
  const { name, parameters, named_parameters: named } = template;
  const variables = named ?? Object.fromEntries(parameters.map((value, index) => [String(index + 1), value]));
  return { contentSid: name, contentVariables: JSON.stringify(variables) };
}
