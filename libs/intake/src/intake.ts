import { Injectable } from '@nestjs/common';
import {
  MessageIntakeRepository,
  type NewMessage,
} from '@outbell/persistence/repositories/message-intake.repository.js';
import { normalizeAddress } from '@outbell/shared/addresses.js';
import { Clock } from '@outbell/shared/clock.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { InputError } from '@outbell/shared/errors.js';
import { reach } from '@outbell/shared/failpoints.js';
import DataLoader from 'dataloader';
import { Draft } from './draft.js';
import { LaneRoom } from './lane-room.js';
import type { Acceptance, MessageRequest } from './message-request.js';
import { Publisher } from './publisher.js';
import { ReferenceResolver } from './reference-resolver.js';
import { requestErrors } from './request-policy.js';

/** Single requests of one moment that share one statement. */
const COALESCED = 200;

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
    // First of all: time and state have moved since a first request was accepted, and its answer has not.
    await this.answerRepeats(drafts);
    for (const draft of open(drafts)) this.check(draft);
    await this.resolver.resolve(open(drafts));
    const sound = open(drafts);
    const immediate = await this.room.fit(sound.filter((draft) => draft.immediate));
    const written = await this.write(sound, immediate);
    void this.publisher.publish([...immediate].flatMap((draft) => written.get(draft.id) ?? []));
    return drafts.map(answerOf);
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

  /** @returns what was written now, and not by an earlier request under the same key, by its id */
  private async write(drafts: Draft[], immediate: Set<Draft>): Promise<Map<string, NewMessage>> {
    if (drafts.length === 0) return new Map();
    const { REPUBLISH_AFTER_MS } = this.config.values;
    const messages = drafts.map((draft) => draft.message(immediate.has(draft) ? REPUBLISH_AFTER_MS : 0));
    reach('accept.checked');
    const inserted = await this.repository.insert(messages);
    reach('accept.committed');
    const createdAt = new Map(inserted.map((row) => [row.id, row.createdAt]));
    for (const draft of drafts) {
      const at = createdAt.get(draft.id);
      if (at) draft.answer = { accepted: true, id: draft.id, createdAt: at, repeated: false };
    }
    // Their keys were taken a moment ago: by a request at the same time, or by one beside them.
    await this.answerRepeats(open(drafts));
    return new Map(messages.filter(({ id }) => createdAt.has(id)).map((message) => [message.id, message]));
  }

  /** Answers those whose key an earlier request has used. Those without a key cost nothing. */
  private async answerRepeats(drafts: Draft[]): Promise<void> {
    const keyed = drafts.flatMap(({ id, request, fingerprint }) =>
      fingerprint ? [{ id, tenantId: request.tenantId, dedupeKey: fingerprint.dedupeKey }] : [],
    );
    if (keyed.length === 0) return;
    const earlier = new Map((await this.repository.findEarlier(keyed)).map((row) => [row.askedId, row]));
    for (const draft of drafts) {
      const first = earlier.get(draft.id);
      if (first) draft.repeat(first);
    }
  }
}

function open(drafts: Draft[]): Draft[] {
  return drafts.filter((draft) => draft.open);
}

function answerOf({ answer }: Draft): Acceptance {
  if (!answer) throw new Error('a draft was neither written nor refused');
  return answer;
}
