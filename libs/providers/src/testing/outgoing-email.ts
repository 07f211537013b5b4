import { newId } from '@outbell/shared/uuid.js';
import type { OutgoingEmail } from '../provider.js';

export const RECIPIENT = 'jane.canary@example.net';

/** A message like any other; `changes` are what a test is about. */
export function email(changes: Partial<OutgoingEmail> = {}): OutgoingEmail {
  return {
    channel: 'email',
    messageId: newId(),
    from: { address: 'shop@example.com', name: 'Shop' },
    to: RECIPIENT,
    subject: 'Your code',
    text: 'It is 1234.',
    html: '<p>It is 1234.</p>',
    headers: {},
    ...changes,
  };
}
