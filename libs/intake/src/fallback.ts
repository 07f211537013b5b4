import { fallbackKey } from '@outbell/persistence/engine/fallback-key.js';
import type { LookedAt } from '@outbell/persistence/engine/fallback-statements.js';
import type { NewFallback } from '@outbell/persistence/engine/new-message.js';
import { PRIORITIES, PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { FieldError } from '@outbell/shared/errors.js';
import type { FallbackRequest, MessageRequest } from './message-request.js';

/** What a fallback keeps until its time comes: what is its own, and whom the message it is for was addressed to. */
type Kept = Omit<FallbackRequest, 'channel' | 'afterMs' | 'expiresAt'> &
  Pick<MessageRequest, 'toContact'> & { expiresAt?: string | undefined };

/** Makes the request that a fallback would be this moment. */
export function fallbackRequest(entry: FallbackRequest, first: MessageRequest): MessageRequest {
  const { afterMs: _, ...own } = entry;
  const { tenantId, mode, priority, topic } = first;
  return { ...own, toContact: contactOf(entry, first), tenantId, mode, priority, topic };
}

export function planOf(entry: FallbackRequest, first: MessageRequest): NewFallback {
  const { channel, afterMs, expiresAt, ...own } = entry;
  const request: Kept = { ...own, toContact: contactOf(entry, first), expiresAt: expiresAt?.toISOString() };
  return { channel, afterMs, request };
}

/**
 * Returns what a fallback asks for whose time has come. A repeat gets the first one's answer: whoever is asked twice
 * makes one message.
 *
 * @param heldMs until then it is to be written down that it has gone, or that the person refused meanwhile
 */
export function dueRequest(fallback: LookedAt, heldMs: number): MessageRequest {
  const { tenantId, mode, channel, metadata, tags, topic, messageId, position } = fallback;
  const { expiresAt, ...own } = fallback.request as unknown as Kept;
  return {
    ...own,
    ...{ tenantId, mode, channel },
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt),
    priority: PRIORITIES.find((priority) => PRIORITY_RANK[priority] === fallback.priority),
    metadata: metadata ?? undefined,
    tags: tags ?? undefined,
    topic: topic ?? undefined,
    source: { kind: 'fallback', id: messageId },
    idempotencyKey: fallbackKey(messageId, position),
    heldMs,
  };
}

/**
 * As the API names the fields of a fallback. The contact is named by the message, and what is wrong with it there is
 * not said again.
 *
 * @param first what is wrong with the message itself
 */
export function fallbackErrors(index: number, errors: FieldError[], first: FieldError[]): FieldError[] {
  const known = new Set(first.map(({ field, message }) => `${field} ${message}`));
  return errors
    .filter(({ field, message }) => field !== 'to_contact' || !known.has(`${field} ${message}`))
    .map(({ field, message, ...code }) =>
      field === 'to_contact'
        ? { field: `fallback.${index}.to`, message: `the contact ${message}`, ...code }
        : { field: `fallback.${index}.${field}`, message, ...code },
    );
}

function contactOf({ to }: FallbackRequest, { toContact }: MessageRequest): string | undefined {
  return to === undefined ? toContact : undefined;
}
