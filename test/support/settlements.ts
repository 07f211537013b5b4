import type { Settlement } from '@outbell/persistence/engine/delivery.repository.js';

/** What is written down of a first call that the vendor took. */
export function sentSettlement(id: string, fence: number, changes: Partial<Settlement> = {}): Settlement {
  return {
    id,
    fence,
    status: 'sent',
    event: 'sent',
    outcome: 'sent',
    reason: null,
    detail: null,
    attempt: 1,
    calledMsAgo: 5,
    providerMessageId: `v-${id}`,
    dueAfterMs: null,
    slotGraceMs: null,
    suppress: null,
    permitAt: null,
    listener: null,
    ...changes,
  };
}
