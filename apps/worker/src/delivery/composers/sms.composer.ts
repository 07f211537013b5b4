import type { RenderedContent } from '@outbell/content/compiled-template.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { OutgoingSms } from '@outbell/providers/provider.js';
import { expiryOf } from './expiry-of.js';
import { something } from './something.js';

export function composeSms(message: ClaimedMessage, { text }: RenderedContent): OutgoingSms {
  return {
    channel: 'sms',
    messageId: message.id,
    from: message.senderAddress,
    to: message.recipient,
    text: something(text),
    expires: expiryOf(message),
  };
}
