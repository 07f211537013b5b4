import type { MessageEntity } from '@outbell/persistence/entities/message.entity.js';
import type {
  DeliveryContext,
  ConnectionSeen,
  MessageHistory,
} from '@outbell/persistence/repositories/message.repository.js';
import { newId } from '@outbell/shared/uuid.js';
import { explain } from '../../apps/api/src/messages/explanation.js';

export const NOW = new Date('2026-11-22T10:00:00Z');
export const SOON = new Date('2026-11-22T10:05:00Z');
export const BEFORE = new Date('2026-11-22T09:55:00Z');

function message(overrides: Partial<MessageEntity> = {}): MessageEntity {
  const status = 'queued';
  const row = {
    id: newId(),
    status,
    channel: 'email' as const,
    mode: 'live',
    priority: 2,
    reason: null,
    dueAt: BEFORE,
    lostLeases: 0,
    fence: 1,
  };
  return { ...row, connectionId: null, provider: null, expiresAt: null, ...overrides } as MessageEntity;
}

export function connectionSeen(id: string, overrides: Partial<ConnectionSeen> = {}): ConnectionSeen {
  return {
    id,
    name: `our ${id}`,
    provider: 'smtp',
    priority: 100,
    weight: 1,
    conditions: null,
    active: true,
    ...overrides,
  };
}

const CIRCUMSTANCES: DeliveryContext = {
  now: NOW,
  senderStatus: 'verified',
  senderVerifiedOver: 'tenant',
  senderReason: null,
  suppression: null,
  runAt: SOON,
  permitAt: null,
  suppressedSince: null,
  suppressionScope: null,
  suppressionTopic: null,
  connections: [connectionSeen('now-best')],
};

/** What is told of a message with nothing against its being sent but what is given. */
export function explained(
  of: Partial<MessageEntity>,
  more: Partial<MessageHistory> = {},
  now: Partial<DeliveryContext> = {},
) {
  const history = {
    message: message(of),
    events: [],
    attempts: [],
    fallbacks: [],
    fallbackOf: null,
    resend: null,
    ...more,
  };
  return explain(history, { ...CIRCUMSTANCES, ...now });
}
