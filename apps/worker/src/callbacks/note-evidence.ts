import { toNewEvidence } from '@outbell/intake/new-evidence.js';
import type { CallbackRepository, Source } from '@outbell/persistence/repositories/callback.repository.js';
import type { Evidence } from '@outbell/providers/callback.js';

/** Writes down what a vendor answered. Loaded with the first answer: it brings the numbering plans of the world with it, 13 MB. */
export function noteEvidence(callbacks: CallbackRepository, source: Source, evidence: Evidence): Promise<void> {
  return callbacks.note(source, [toNewEvidence(evidence)]);
}
