import { Injectable, Logger } from '@nestjs/common';
import { Poll, polled, type PollResult } from '@outbell/persistence/engine/polling/poll.decorator.js';
import { dueRequest } from '@outbell/intake/fallback.js';
import { Intake } from '@outbell/intake/intake.js';
import type { LookedAt } from '@outbell/persistence/engine/fallback-statements.js';
import { type Answered, FallbackRepository } from '@outbell/persistence/engine/fallback.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { Metrics } from '@outbell/shared/metrics/metrics.js';
import type { Counter } from 'prom-client';

const PAUSE_MS = 1_000;
/** Looked at in one statement. */
const AT_ONCE = 200;
/** One that was decided, and not heard of for so long, is taken up again. */
const HOLD_MS = 30_000;

/**
 * Has the next channel's message accepted where one was not delivered in time. What is decided is written down first,
 * and its message has a key made of the fallback: a worker may die anywhere, and another carries on without making a
 * second one.
 */
@Injectable()
export class Fallbacks {
  private readonly logger = new Logger(Fallbacks.name);
  private readonly counter: Counter<'result'>;

  constructor(
    private readonly repository: FallbackRepository,
    private readonly intake: Intake,
    private readonly config: Config,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter('fallbacks_total', 'Fallbacks that were decided, by what became of them', [
      'result',
    ]);
  }

  @Poll({ every: PAUSE_MS })
  async run(): Promise<PollResult> {
    const looked = await this.repository.look(AT_ONCE, this.config.values.CHANNELS, HOLD_MS);
    const going = looked.filter(({ verdict }) => verdict === 'going');
    const answered = (await Promise.all(going.map((fallback) => this.accept(fallback)))).filter((one) => one !== null);
    await this.repository.record(answered);
    for (const { newId } of answered) this.counter.inc({ result: newId === null ? 'refused' : 'gone' });
    for (const { verdict } of looked)
      if (verdict === 'not_needed' || verdict === 'canceled') this.counter.inc({ result: verdict });
    return polled(looked.length, AT_ONCE);
  }

  /** @returns null when nobody can tell yet: it is taken up again */
  private async accept(fallback: LookedAt): Promise<Answered | null> {
    try {
      const answer = await this.intake.accept(dueRequest(fallback, 2 * HOLD_MS));
      if (answer.accepted) return { fallback, newId: answer.id, errors: null };
      const { messageId, position } = fallback;
      this.logger.warn('fallback refused', { messageId, position, fields: answer.errors.map(({ field }) => field) });
      return { fallback, newId: null, errors: answer.errors };
    } catch (error) {
      this.logger.warn('fallback not accepted; it is tried again', { messageId: fallback.messageId }, error);
      return null;
    }
  }
}
