import type { NewDeliveryEvent } from '@outbell/persistence/engine/callback.repository.js';
import { RECEIPT_OF } from '@outbell/planning/receipts.js';
import type { DeliveryEventKind } from '@outbell/providers/callback.js';
import { newId } from '@outbell/shared/uuid.js';

/** One thing a vendor told, as it is stored. */
export function told(kind: DeliveryEventKind, overrides: Partial<NewDeliveryEvent> = {}): NewDeliveryEvent {
  return {
    eventId: newId(),
    factId: null,
    kind,
    receipt: RECEIPT_OF[kind],
    channel: 'email',
    at: null,
    messageId: null,
    providerMessageId: null,
    address: null,
    spellings: [],
    vendorId: null,
    writtenTo: [],
    reason: null,
    suppress: null,
    pausesSender: false,
    detail: null,
    ...overrides,
  };
}
