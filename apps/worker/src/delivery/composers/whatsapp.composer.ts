import type { RenderedContent } from '@outbell/content/compiled-template.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { OutgoingWhatsApp } from '@outbell/providers/provider.js';
import { expiryOf } from './expiry-of.js';
import { something } from './something.js';

/** A text, or a template of WhatsApp's own. */
export function composeWhatsApp(message: ClaimedMessage, { text }: RenderedContent): OutgoingWhatsApp {
  const template = message.content?.whatsapp_template;
  return {
    channel: 'whatsapp',
    messageId: message.id,
    from: message.senderAddress,
    to: message.recipient,
    text: template ? '' : something(text),
    template,
    expires: expiryOf(message),
  };
}
