import { newId } from '@outbell/shared/uuid.js';
import type { OutgoingWhatsApp } from '../provider.js';

export const RECIPIENT = '+33612345678';

export function whatsApp(overrides: Partial<OutgoingWhatsApp> = {}): OutgoingWhatsApp {
  return {
    channel: 'whatsapp',
    messageId: newId(),
    from: '+33698765432',
    to: RECIPIENT,
    text: 'Your parcel is here.',
    ...overrides,
  };
}
