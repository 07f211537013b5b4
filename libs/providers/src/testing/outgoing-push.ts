import { newId } from '@outbell/shared/uuid.js';
import type { OutgoingPush } from '../provider.js';

export const DEVICE = 'canary-device:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx';

export function push(overrides: Partial<OutgoingPush> = {}): OutgoingPush {
  return {
    channel: 'push',
    messageId: newId(),
    to: DEVICE,
    title: 'Parcel',
    text: 'Your parcel is here.',
    urgent: false,
    ...overrides,
  };
}
