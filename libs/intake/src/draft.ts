import type { NewMessage } from '@outbell/persistence/repositories/message-intake.repository.js';
import { PRIORITY_RANK, type Priority } from '@outbell/shared/constants/priorities.js';
import type { FieldError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { type Acceptance, type MessageRequest, refused } from './message-request.js';
import { fingerprint } from './request-fingerprint.js';

/** What a draft refers to, found within its tenant. */
export interface References {
  senderId: string;
  templateVersionId: string | null;
}

/** A request on its way through the door: every step either adds what it found or refuses it. */
export class Draft {
  answer: Acceptance | null = null;
  recipient = '';
  references: References | null = null;

  constructor(readonly request: MessageRequest) {}

  get open(): boolean {
    return this.answer === null;
  }

  get priority(): Priority {
    return this.request.priority ?? 'normal';
  }

  /** Nothing to wait for: neither a schedule nor its turn behind what is more urgent. */
  get immediate(): boolean {
    return this.request.scheduledAt === undefined && this.priority !== 'bulk';
  }

  refuse(errors: FieldError[], status: 400 | 409 | 422 = 400): void {
    this.answer = refused(errors, status);
  }

  /** @param wakeAfterMs when dispatch shall look for it; 0 when nobody is going to publish it now */
  message(references: References, wakeAfterMs: number): NewMessage {
    const { request } = this;
    const { subject, html, text } = request;
    return {
      id: newId(),
      eventId: newId(),
      tenantId: request.tenantId,
      channel: request.channel,
      mode: request.mode,
      priority: PRIORITY_RANK[this.priority],
      senderId: references.senderId,
      recipient: this.recipient,
      templateVersionId: references.templateVersionId,
      variables: request.variables ?? null,
      content: references.templateVersionId === null ? { subject, html, text } : null,
      metadata: request.metadata ?? null,
      tags: request.tags && request.tags.length > 0 ? request.tags : null,
      dueAt: request.scheduledAt ?? null,
      expiresAt: request.expiresAt ?? null,
      wakeAfterMs,
      ...(fingerprint(request) ?? { dedupeKey: null, bodyHash: null }),
    };
  }
}
