import { toNewDeliveryEvent } from '@outbell/intake/new-delivery-event.js';
import type { CallbackRepository, Source } from '@outbell/persistence/engine/callback.repository.js';
import type { DeliveryEvent } from '@outbell/providers/callback.js';

/**
 * Writes down what a vendor told us. Loaded with the first word: it brings the numbering plans of the world with it, 13
 * MB.
 */
export function recordDeliveryEvents(
  callbacks: CallbackRepository,
  source: Source,
  evidence: DeliveryEvent[],
): Promise<void> {
  return callbacks.receive(source, evidence.map(toNewDeliveryEvent));
}
