import type { InlineContent } from '@outbell/persistence/entities/message.entity.js';
import type { EarlierMessage } from '@outbell/persistence/engine/message-intake.repository.js';
import type { NewMessage } from '@outbell/persistence/engine/new-message.js';
import type { Traits } from '@outbell/shared/cargo.js';
import { CONTENT_NAMES, contentField, copyContent } from '@outbell/channels/channels.js';
import { traitsOf } from '@outbell/channels/traits.js';
import { PRIORITY_RANK, type Priority } from '@outbell/shared/constants/priorities.js';
import type { FieldError } from '@outbell/shared/errors.js';
import { newId } from '@outbell/shared/uuid.js';
import { fallbackErrors, fallbackRequest, planOf } from './fallback.js';
import type { Acceptance, MessageRequest } from './message-request.js';
import { type Fingerprint, fingerprints } from './request-fingerprint.js';

/** What a pending message refers to, found within its tenant. */
export interface References {
  senderId: string;
  senderAddress: string;
  /** Null: it is to an address. */
  contactId: string | null;
  templateVersionId: string | null;
}

/** A request on its way through the door: every step either adds what it found or refuses it. */
export class PendingMessage {
  /** Of the message it becomes, unless it is refused or a repeat. */
  readonly id = newId();
  answer: Acceptance | null = null;
  /** Of one to a contact empty until its references are found. */
  recipient = '';
  references: References | null = null;
  /** As they would be accepted now; they are not written as messages yet. */
  readonly fallbacks: PendingMessage[];

  private constructor(
    readonly request: MessageRequest,
    /** Null: it has no idempotency key. */
    readonly fingerprint: Fingerprint | null,
  ) {
    const { fallback = [] } = request;
    this.fallbacks = fallback.map((entry) => new PendingMessage(fallbackRequest(entry, request), null));
  }

  static fromRequests(requests: readonly MessageRequest[]): PendingMessage[] {
    const prints = fingerprints(requests);
    return requests.map((request, index) => new PendingMessage(request, prints[index] ?? null));
  }

  get open(): boolean {
    return this.answer === null;
  }

  /** What of it not every provider carries. Its references must be found. */
  get traits(): Traits {
    const { request, recipient, references } = this;
    const { channel } = request;
    return traitsOf({ channel, recipient, senderAddress: references?.senderAddress, content: request });
  }

  get priority(): Priority {
    return this.request.priority ?? 'normal';
  }

  /** Nothing to wait for: neither a schedule, nor whoever holds it, nor its turn behind what is more urgent. */
  get immediate(): boolean {
    const { scheduledAt, heldMs } = this.request;
    return scheduledAt === undefined && heldMs === undefined && this.priority !== 'bulk';
  }

  refuse(errors: FieldError[]): void {
    const isTextFault = errors.length === 1 && errors[0]?.message === this.request.textFault;
    this.answer = { accepted: false, status: 400, errors, ...(isTextFault && { code: 'text_not_derivable' }) };
  }

  /** Refuses it for what is wrong with its fallbacks, as well as for what is wrong with itself. */
  checkFallbacks(): void {
    if (this.fallbacks.every(({ open }) => open)) return;
    const own = errorsOf(this);
    this.refuse([
      ...own,
      ...this.fallbacks.flatMap((fallback, index) => fallbackErrors(index, errorsOf(fallback), own)),
    ]);
  }

  /** It was written. */
  accept(createdAt: Date): void {
    this.answer = { accepted: true, id: this.id, createdAt, repeated: false };
  }

  /** Gives it the answer of the earlier request under its key, if it asks for the same. */
  repeat({ id, createdAt, bodyHash }: EarlierMessage): void {
    const message = 'was used for another request; use a new key';
    const errors: FieldError[] = [{ field: 'Idempotency-Key', message, code: 'idempotency_key_reused' }];
    this.answer =
      bodyHash === this.fingerprint?.bodyHash
        ? { accepted: true, id, createdAt, repeated: true }
        : { accepted: false, status: 422, errors };
  }

  /** @param wakeAfterMs when dispatch shall look for it; 0 when nobody is going to publish it now */
  message(wakeAfterMs: number): NewMessage {
    const { request, references } = this;
    if (!references) throw new Error('a message came to be written without its references');
    return {
      id: this.id,
      eventId: newId(),
      tenantId: request.tenantId,
      channel: request.channel,
      mode: request.mode,
      priority: PRIORITY_RANK[this.priority],
      senderId: references.senderId,
      recipient: this.recipient,
      templateVersionId: references.templateVersionId,
      variables: request.variables ?? null,
      content: contentOf(request, references),
      metadata: request.metadata ?? null,
      tags: request.tags && request.tags.length > 0 ? request.tags : null,
      topic: request.topic,
      contactId: references.contactId,
      source: request.source,
      listeners: request.listeners,
      dueAt: request.scheduledAt ?? null,
      expiresAt: request.expiresAt ?? null,
      wakeAfterMs,
      fallbacks: request.fallback?.map((entry) => planOf(entry, request)),
      resends: request.onUnknown === 'resend',
      ...(this.fingerprint ?? { dedupeKey: null, bodyHash: null }),
    };
  }
}

function errorsOf({ answer }: PendingMessage): FieldError[] {
  return answer?.accepted === false ? answer.errors : [];
}

/** Beside a template no more than what that cannot say. */
function contentOf(request: MessageRequest, { templateVersionId }: References): InlineContent | null {
  if (templateVersionId === null) {
    const content: InlineContent = { code_over: request.verifiesSender };
    copyContent(request, content);
    return content;
  }
  const beside = CONTENT_NAMES.filter((name) => contentField(name).besideTemplate && request[name]);
  return beside.length === 0 ? null : Object.fromEntries(beside.map((name) => [name, request[name]]));
}
