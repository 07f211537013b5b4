import { Injectable } from '@nestjs/common';
import { isDatabaseAway } from '@outbell/persistence/database-away.js';
import { MessageIntakeRepository } from '@outbell/persistence/engine/message-intake.repository.js';
import type { NewMessage } from '@outbell/persistence/engine/new-message.js';
import { BatchLoader } from '@outbell/shared/batch-loader.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { asError } from '@outbell/shared/errors.js';
import { reach } from '@outbell/shared/failpoints.js';
import pLimit from 'p-limit';
import { PendingMessage } from './pending-message.js';
import { QueueCapacity } from './queue-capacity.js';
import type { Acceptance, MessageRequest } from './message-request.js';
import { Publisher } from './publisher.js';
import { ReferenceResolver } from './reference-resolver.js';
import { RequestCheck } from './request-check.js';

/** Of single requests: the most that are written together, and how many statements write at once. */
const COALESCING = { size: 200, atOnce: 2, strikesAll: isDatabaseAway };

/**
 * Of batches larger than that: more at once wait for each other's pages of the same indexes, for a sixth more of
 * PostgreSQL's time.
 */
const LARGE_AT_ONCE = 2;

/**
 * The one door by which a message enters: checked, written with its first event in one statement, and only then
 * answered; published last, which may fail, because dispatch repeats it.
 */
@Injectable()
export class Intake {
  private readonly single = new BatchLoader<MessageRequest, Acceptance>(
    (requests) => this.acceptTogether(requests),
    COALESCING,
  );
  private readonly large = pLimit(LARGE_AT_ONCE);

  constructor(
    private readonly config: Config,
    private readonly requestCheck: RequestCheck,
    private readonly resolver: ReferenceResolver,
    private readonly repository: MessageIntakeRepository,
    private readonly room: QueueCapacity,
    private readonly publisher: Publisher,
  ) {}

  /** Accepts one message. Requests that come while others are being written are written together. */
  async accept(request: MessageRequest): Promise<Acceptance> {
    await this.requestCheck.findTextFaults([request]);
    return this.single.load(request);
  }

  /**
   * Accepts any number of messages, each by itself: one that is refused holds up no other, nor does one that makes
   * their statement fail.
   *
   * @returns in the order of the requests; an Error for one that cannot be written (a bug)
   * @throws when the database does not answer; then what was not yet written is not accepted
   */
  async acceptMany(requests: readonly MessageRequest[]): Promise<(Acceptance | Error)[]> {
    await this.requestCheck.findTextFaults(requests);
    try {
      return await this.acceptTogether(requests);
    } catch (error) {
      if (requests.length === 1 || isDatabaseAway(error)) throw error;
      return Promise.all(requests.map((request) => this.single.load(request).catch(asError)));
    }
  }

  /** @throws when none was written */
  private async acceptTogether(requests: readonly MessageRequest[]): Promise<(Acceptance | Error)[]> {
    const pending = PendingMessage.fromRequests(requests);
    try {
      await this.process(pending);
      return pending.map(answerOf);
    } catch (error) {
      if (!pending.some(isAccepted)) throw error;
      // To be written again they would need keys.
      return pending.map((entry) => (isAccepted(entry) ? answerOf(entry) : asError(error)));
    }
  }

  private async process(pending: PendingMessage[]): Promise<void> {
    const all = [...pending, ...pending.flatMap(({ fallbacks }) => fallbacks)];
    this.requestCheck.run(all);
    await this.resolver.resolve(open(all));
    for (const entry of pending) entry.checkFallbacks();
    // Time and state have moved since a first request was accepted, and its answer has not: what would be refused now
    // is no news to it.
    await this.answerRepeats(pending.filter((entry) => !entry.open));
    const sound = open(pending);
    const published = await this.inTurn(sound, async () => {
      const immediate = await this.room.fit(sound.filter((entry) => entry.immediate));
      return this.write(sound, immediate);
    });
    void this.publisher.publish(published);
  }

  /** @returns what is to be published: immediate, and not written by an earlier request under the same key */
  private async write(pending: PendingMessage[], immediate: Set<PendingMessage>): Promise<NewMessage[]> {
    if (pending.length === 0) return [];
    const { REPUBLISH_AFTER_MS } = this.config.values;
    const wakeAfterMs = (entry: PendingMessage) =>
      immediate.has(entry) ? REPUBLISH_AFTER_MS : (entry.request.heldMs ?? 0);
    const messages = pending.map((entry) => entry.message(wakeAfterMs(entry)));
    reach('accept.checked');
    const { createdAt, taken } = await this.repository.insert(messages);
    reach('accept.committed');
    const repeats = new Set(taken);
    for (const entry of pending) if (!repeats.has(entry.id)) entry.accept(createdAt);
    await this.answerRepeats(open(pending));
    return messages.filter(({ id }, index) => immediate.has(pending[index] as PendingMessage) && !repeats.has(id));
  }

  /** What a lane has room for is asked when it is written: not before a wait. */
  private inTurn<T>(pending: PendingMessage[], write: () => Promise<T>): Promise<T> {
    return pending.length > COALESCING.size ? this.large(write) : write();
  }

  /** Answers those whose key an earlier request has used. Those without a key cost nothing. */
  private async answerRepeats(pending: PendingMessage[]): Promise<void> {
    const keyed = pending.flatMap(({ id, request, fingerprint }) =>
      fingerprint ? [{ id, tenantId: request.tenantId, source: request.source, dedupeKey: fingerprint.dedupeKey }] : [],
    );
    if (keyed.length === 0) return;
    const earlier = new Map((await this.repository.findEarlier(keyed)).map((row) => [row.askedId, row]));
    for (const entry of pending) {
      const first = earlier.get(entry.id);
      if (first) entry.repeat(first);
    }
  }
}

function open(pending: PendingMessage[]): PendingMessage[] {
  return pending.filter((entry) => entry.open);
}

function isAccepted({ answer }: PendingMessage): boolean {
  return answer?.accepted === true;
}

function answerOf({ answer }: PendingMessage): Acceptance {
  if (!answer) throw new Error('a message was neither written nor refused');
  return answer;
}
