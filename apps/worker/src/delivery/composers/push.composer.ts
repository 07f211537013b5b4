import type { RenderedContent } from '@outbell/content/compiled-template.js';
import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { OutgoingPush } from '@outbell/providers/provider.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import { expiryOf } from './expiry-of.js';
import { something } from './something.js';

/** The subject is its title; only what is of high priority wakes the device. */
export function composePush(message: ClaimedMessage, { subject, text }: RenderedContent): OutgoingPush {
  return {
    channel: 'push',
    messageId: message.id,
    to: message.recipient,
    title: subject,
    text: something(text),
    data: message.content?.data,
    urgent: message.priority === PRIORITY_RANK.high,
    bulk: message.priority === PRIORITY_RANK.bulk,
    expires: expiryOf(message),
  };
}
