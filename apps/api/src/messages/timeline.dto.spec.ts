import type { AttemptSeen } from '@outbell/persistence/repositories/message.repository.js';
import type { MessageEventEntity } from '@outbell/persistence/entities/message-event.entity.js';
import type { MessageEntity } from '@outbell/persistence/entities/message.entity.js';
import { describe, expect, it } from 'vitest';
import { showHistory } from './timeline.dto.js';

const NOW = new Date('2026-11-22T10:00:00Z');

function message(): MessageEntity {
  return { dueAt: NOW, createdAt: NOW, updatedAt: NOW, expiresAt: null, tags: null } as MessageEntity;
}

function event(type: string, attempt: number | null, at = NOW): MessageEventEntity {
  return { type, attempt, at, reason: null, detail: null } as MessageEventEntity;
}

function attempt(number: number, startedAt = NOW): AttemptSeen {
  return { number, startedAt, provider: 'smtp' } as AttemptSeen;
}

const HISTORY = { message: message(), fallbacks: [], fallbackOf: null, resend: null };

describe('the timeline', () => {
  it('tells a call before what came of it, even in one moment', () => {
    const { timeline } = showHistory({ ...HISTORY, events: [event('sent', 1)], attempts: [attempt(1)] });
    expect(timeline.map(({ type, attempt: number }) => [type, number])).toEqual([
      ['attempt', 1],
      ['sent', 1],
    ]);
  });

  it('names no attempt at a deferral: it spent none, and the next call has its number', () => {
    const later = new Date(NOW.getTime() + 1_000);
    const events = [event('queued', null), event('deferred', 1), event('sent', 1, later)];
    const { timeline } = showHistory({ ...HISTORY, events, attempts: [attempt(1, later)] });
    expect(timeline.map(({ type, attempt: number }) => [type, number])).toEqual([
      ['queued', undefined],
      ['deferred', undefined],
      ['attempt', 1],
      ['sent', 1],
    ]);
  });
});
