import { newId } from '@outbell/shared/uuid.js';
import type { OutgoingSms } from '../provider.js';

export const RECIPIENT = '+33612345678';

export function sms(overrides: Partial<OutgoingSms> = {}): OutgoingSms {
  return {
    channel: 'sms',
    messageId: newId(),
    from: '+33698765432',
    to: RECIPIENT,
    text: 'Your code is 1234.',
    ...overrides,
  };
}
