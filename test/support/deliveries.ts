import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { newId } from '@outbell/shared/uuid.js';
import type { Delivery, Stop } from '../../apps/worker/src/delivery/delivery.js';

/** A message as a worker holds it, with nothing against its being sent. */
export function claimedMessage(overrides: Partial<ClaimedMessage> = {}): ClaimedMessage {
  return {
    id: newId(),
    tenantId: newId(),
    channel: 'email',
    mode: 'live',
    priority: PRIORITY_RANK.normal,
    attempts: 0,
    attemptLimit: null,
    fence: 1,
    recipient: 'ann@example.org',
    templateVersionId: null,
    variables: null,
    content: { subject: 'Hello', text: 'Hello Ann' },
    expiresAt: null,
    expired: false,
    tags: null,
    past: null,
    suppression: null,
    suppressionScope: null,
    suppressionTopic: null,
    waitedFor: null,
    holdsSlot: false,
    senderId: newId(),
    senderAddress: 'shop@example.com',
    senderName: 'The Shop',
    senderStatus: 'verified',
    senderVerifiedOver: 'tenant',
    senderRateLimits: '',
    tenantRateLimits: '',
    tenantPause: null,
    ...overrides,
  };
}

/** Keeps what a step of a delivery stops, for a spec to look at. */
export class Stops {
  private readonly outcomes = new Map<string, Outcome>();

  readonly stop: Stop = ({ message }: Delivery, outcome: Outcome) => {
    this.outcomes.set(message.id, outcome);
  };

  get count(): number {
    return this.outcomes.size;
  }

  of({ message }: Delivery): Outcome | undefined {
    return this.outcomes.get(message.id);
  }
}
