import { Injectable } from '@nestjs/common';
import { DeliveryRepository } from '@outbell/persistence/repositories/delivery.repository.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { withLogContext } from '@outbell/shared/logging/log-context.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { ContentRenderer } from './content-renderer.js';
import type { Delivery, Marked, Rendered, Stop } from './delivery.js';
import { expired, pass, paused, suppressed } from './guards.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { RouteFinder } from './route-finder.js';
import { SlotBooker } from './slot-booker.js';

/**
 * The story of a delivery, top to bottom. A wake-up says "look at these messages"; whatever of them is due and free is carried to its
 * provider, and what became of each is written down with its reason.
 *
 * A worker may die between any two lines. Before `markSending` nothing was sent, and the messages return to the queue when their lease
 * ends; after it a provider may have been called, and they become `unknown`.
 */
@Injectable()
export class DeliverBatch {
  constructor(
    private readonly repository: DeliveryRepository,
    private readonly routes: RouteFinder,
    private readonly slots: SlotBooker,
    private readonly content: ContentRenderer,
    private readonly recorder: OutcomeRecorder,
    private readonly config: Config,
  ) {}

  /** @param ids at most WAKE_UP_SIZE; those not due, not of this channel or in other hands are left alone */
  async run(channel: Channel, ids: string[]): Promise<void> {
    const recorded: Promise<void>[] = [];
    const stop: Stop = (delivery, outcome) => recorded.push(this.recorder.record(delivery, outcome));

    const claimed = await this.claim(channel, ids);
    const marked = await this.orRelease(claimed, async () => {
      let batch = pass(claimed, suppressed, stop);
      batch = pass(batch, expired, stop);
      batch = pass(batch, paused, stop);
      const routed = await this.routes.find(batch, stop);
      const slotted = await this.slots.book(routed, stop);
      const rendered = await this.content.render(slotted, stop);
      return this.markSending(rendered);
    });
    await Promise.all([...marked.map((delivery) => this.callProvider(delivery)), ...recorded]);
  }

  /** Takes hold of them: the fence grows, the lease begins. */
  private async claim(channel: Channel, ids: string[]): Promise<Delivery[]> {
    const messages = await this.repository.claim(channel, ids, this.config.values.LEASE_MS);
    return messages.map((message) => ({ message }));
  }

  /** From here on a provider may have them. Who has lost its lease meanwhile is not among the marked, and must not be sent. */
  private async markSending(batch: Rendered[]): Promise<Marked[]> {
    const { LEASE_MS, SEND_TIMEOUT_MS } = this.config.values;
    // Measured from before the statement, by a clock that nobody sets: never later than the lease ends in the database.
    const callBefore = performance.now() + LEASE_MS;
    const attempts = await this.repository.markSending(batch.map(attemptStart), LEASE_MS + SEND_TIMEOUT_MS);
    return batch.flatMap((delivery) => {
      const attempt = attempts.get(delivery.message.id);
      return attempt === undefined ? [] : [{ ...delivery, attempt, callBefore }];
    });
  }

  /** One call, and its result written down as soon as it is there: a slow one holds up nobody else's. */
  private async callProvider(delivery: Marked): Promise<void> {
    const { message, connection, outgoing, callBefore } = delivery;
    await withLogContext({ messageId: message.id, tenantId: message.tenantId }, async () => {
      const outcome = await connection.send(outgoing, message.priority, callBefore).catch(threw);
      await this.recorder.record(delivery, outcome);
    });
  }

  /** Should a step fail as a whole (the database went away), the messages go back: none of them has been sent. */
  private async orRelease<T>(batch: Delivery[], steps: () => Promise<T>): Promise<T> {
    try {
      return await steps();
    } catch (error) {
      await this.repository.release(batch.map(({ message }) => message));
      throw error;
    }
  }
}

function attemptStart({ message, connection }: Rendered) {
  return {
    id: message.id,
    fence: message.fence,
    connectionId: connection.connectionId,
    provider: connection.provider,
  };
}

/** A provider answers every fault with an outcome. One that throws has a bug, and may have sent it all the same. */
function threw(error: unknown): Outcome {
  return {
    kind: 'unknown',
    reason: 'provider_threw',
    detail: { error: error instanceof Error ? error.name : typeof error },
  };
}
