import { Injectable } from '@nestjs/common';
import {
  type EarlierMessage,
  MessageIntakeRepository,
  type NewMessage,
} from '@outbell/persistence/repositories/message-intake.repository.js';
import { normalizeAddress } from '@outbell/shared/addresses.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { InputError } from '@outbell/shared/errors.js';
import DataLoader from 'dataloader';
import { Draft } from './draft.js';
import { LaneRoom } from './lane-room.js';
import type { Acceptance, MessageRequest } from './message-request.js';
import { Publisher } from './publisher.js';
import { ReferenceResolver } from './reference-resolver.js';
import { requestErrors } from './request-policy.js';

/** Single requests of one moment that share one statement. */
const COALESCED = 200;

type Written = [draft: Draft, message: NewMessage];

/**
 * The one door by which a message enters: checked, written with its first event in one statement, and only then answered; published
 * last, which may fail, because dispatch repeats it.
 */
@Injectable()
export class Intake {
  private readonly moment = new DataLoader<MessageRequest, Acceptance>((requests) => this.acceptMany(requests), {
    cache: false,
    maxBatchSize: COALESCED,
  });

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly resolver: ReferenceResolver,
    private readonly repository: MessageIntakeRepository,
    private readonly room: LaneRoom,
    private readonly publisher: Publisher,
  ) {}

  /** Accepts one message. Requests that fall into the same moment are written together. */
  accept(request: MessageRequest): Promise<Acceptance> {
    return this.moment.load(request);
  }

  /**
   * Accepts any number of messages, each by itself: one that is refused holds up no other.
   *
   * @returns in the order of the requests
   * @throws when the database does not answer; then what was not yet written is not accepted
   */
  async acceptMany(requests: readonly MessageRequest[]): Promise<Acceptance[]> {
    const drafts = requests.map((request) => new Draft(request));
    for (const draft of drafts) this.check(draft);
    await this.resolver.resolve(drafts.filter((draft) => draft.open));
    const open = drafts.filter((draft) => draft.open);
    const immediate = await this.room.fit(open.filter((draft) => draft.immediate));
    const written = await this.write(open, immediate);
    void this.publisher.publish(written.filter(([draft]) => immediate.has(draft)).map(([, message]) => message));
    return drafts.map((draft) => draft.answer as Acceptance);
  }

  private check(draft: Draft): void {
    const { request } = draft;
    const errors = requestErrors(request, this.config.values.CHANNELS, this.clock.now());
    try {
      draft.recipient = normalizeAddress(request.channel, request.to, 'to');
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      errors.push(...error.errors);
    }
    if (errors.length > 0) draft.refuse(errors);
  }

  /** @returns what was written now, and not by an earlier request under the same key */
  private async write(drafts: Draft[], immediate: Set<Draft>): Promise<Written[]> {
    const pending = drafts.map((draft): Written => {
      if (!draft.references) throw new Error('a draft came to be written without its references');
      return [draft, draft.message(draft.references, immediate.has(draft) ? this.config.values.REPUBLISH_AFTER_MS : 0)];
    });
    if (pending.length === 0) return [];
    const inserted = await this.repository.insert(pending.map(([, message]) => message));
    const createdAt = new Map(inserted.map((row) => [row.id, row.createdAt]));
    const repeats = pending.filter(([, message]) => !createdAt.has(message.id));
    await this.answerRepeats(repeats);
    const written = pending.filter(([, message]) => createdAt.has(message.id));
    for (const [draft, { id }] of written) {
      draft.answer = { accepted: true, id, createdAt: createdAt.get(id) as Date, repeated: false };
    }
    return written;
  }

  private async answerRepeats(repeats: Written[]): Promise<void> {
    if (repeats.length === 0) return;
    const earlier = await this.repository.findEarlier(repeats.map(([, message]) => message));
    const byAsked = new Map(earlier.map((row) => [row.askedId, row]));
    for (const [draft, message] of repeats) answerRepeat(draft, message, byAsked.get(message.id));
  }
}

function answerRepeat(draft: Draft, message: NewMessage, first: EarlierMessage | undefined): void {
  if (first && first.bodyHash === message.bodyHash) {
    draft.answer = { accepted: true, id: first.id, createdAt: first.createdAt, repeated: true };
  } else {
    draft.refuse([{ field: 'Idempotency-Key', message: 'was used for another request; use a new key' }], 422);
  }
}
