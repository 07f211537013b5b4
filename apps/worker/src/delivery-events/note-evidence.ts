import { toNewEvidence } from '@outbell/intake/new-evidence.js';
import type { CallbackRepository, Source } from '@outbell/persistence/engine/callback.repository.js';
import type { DeliveryEvent } from '@outbell/providers/callback.js';

/** Writes down what a vendor told us. Loaded with the first word: it brings the numbering plans of the world with it, 13 MB. */
export function noteEvidence(callbacks: CallbackRepository, source: Source, evidence: DeliveryEvent[]): Promise<void> {
  return callbacks.hear(source, evidence.map(toNewEvidence));
}
