import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Channel } from '@outbell/shared/constants/channels.js';
import { EventLoop } from '@outbell/shared/event-loop/event-loop.js';
import { reach } from '@outbell/shared/failpoints.js';
import { type Outcome, SLOT_GRACE_MS } from '@outbell/shared/outcome.js';
import { admit, type Group, groupsOf } from '../routing/admission.js';
import { ContentRenderer } from './content-renderer.js';
import { type Delivery, type Marked, type Rendered, type Routed, type Stop, waitsForPermit } from './delivery.js';
import { expired, pass, paused, suppressed, tenantPaused } from './guards.js';
import { inTens } from './in-tens.js';
import { Leases } from './leases.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { ConnectionRouter } from '../routing/connection-router.js';
import { SlotBooker } from './slot-booker.js';

/**
 * The story of a delivery, top to bottom. A wake-up says "look at these messages"; whatever of them is due and free is
 * carried to its provider, and what became of each is written down with its reason.
 *
 * A worker may die between any two lines. Until a message is marked `sending` nothing was sent, and it returns to the
 * queue when its lease ends; from then on its provider may have been called, and it becomes `unknown`.
 */
@Injectable()
export class DeliverBatch implements BeforeApplicationShutdown {
  /** Calls whose batch has ended; one slow vendor keeps no worker from its next batch. */
  private readonly calls = new Set<Promise<void>>();

  constructor(
    private readonly leases: Leases,
    private readonly routes: ConnectionRouter,
    private readonly slots: SlotBooker,
    private readonly content: ContentRenderer,
    private readonly recorder: OutcomeRecorder,
    private readonly loop: EventLoop,
  ) {}

  /**
   * Resolves when each message is settled or at its provider.
   *
   * @param ids at most WAKE_UP_SIZE; those not due, not of this channel or in other hands are left alone
   */
  async run(channel: Channel, ids: string[]): Promise<void> {
    const { handedOver } = await this.start(channel, await this.routes.deferBacklog(channel, ids));
    await handedOver;
  }

  /**
   * As `run`, but nobody is kept back, and it resolves when they stand in line at their providers, or are settled;
   * `handedOver` when there is nothing left to do.
   */
  async start(channel: Channel, ids: string[]): Promise<{ handedOver: Promise<unknown> }> {
    const recorded: Promise<void>[] = [];
    const stop: Stop = (delivery, outcome) => recorded.push(this.record(delivery, outcome));

    const claimed = await this.leases.claim(channel, ids);
    if (claimed.length === 0) return { handedOver: Promise.resolve() };
    const rendered = await this.orRelease(
      () => claimed,
      () => this.prepare(claimed, stop),
    );
    const handedOver = Promise.all(groupsOf(rendered).map((group) => this.handOver(group, stop)));
    return { handedOver: handedOver.then(() => Promise.all(recorded)) };
  }

  /** Finds those of the claimed that may go now, with what is to be sent. */
  private async prepare(claimed: Delivery[], stop: Stop): Promise<Rendered[]> {
    reach('delivery.claimed');
    let batch = pass(claimed, suppressed, stop);
    batch = pass(batch, expired, stop);
    batch = pass(batch, paused, stop);
    batch = pass(batch, tenantPaused, stop);
    const routed = await this.routes.routeAll(batch, stop);
    const admission = admit(routed);
    try {
      for (const delivery of admission.deferred) stop(delivery, this.routes.deferForCapacity(delivery));
      const slotted = await this.slots.book(admission.admitted, stop);
      reach('delivery.slotted');
      const ready = await this.content.render(slotted, stop);
      reach('delivery.rendered');
      return ready;
    } finally {
      admission.end();
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.calls);
  }

  /**
   * Waits for places at the vendor, marks as many messages `sending` as get one, and lets their calls begin. Who gets
   * none in time is sent back; who lost its lease meanwhile is not sent.
   */
  private async handOver({ connection, rank, deliveries }: Group<Rendered>, stop: Stop): Promise<void> {
    let waiting = deliveries;
    await this.orRelease(
      () => waiting,
      async () => {
        for await (const places of connection.acquire(rank, deliveries.length)) {
          const placed = waiting.slice(0, places);
          const marked = await this.markSending(placed);
          waiting = waiting.slice(places);
          await this.begin(marked);
          if (marked.length < placed.length) await this.putOff(placed, marked, stop);
        }
      },
    );
    for (const delivery of waiting) stop(delivery, this.routes.deferForCapacity(delivery));
  }

  /** Marks those with a place; who is not marked gives it back. */
  private async markSending(placed: Rendered[]): Promise<Marked[]> {
    let marked: Marked[] = [];
    try {
      reach('delivery.placed');
      marked = await this.leases.markSending(placed);
    } finally {
      for (const { connection } of placed.slice(marked.length)) connection.release();
    }
    return marked;
  }

  /** Writes an outcome down; its connection calls for what waits for a place from then on. */
  private async record(delivery: Delivery | Routed, outcome: Outcome): Promise<void> {
    await this.recorder.record(delivery, outcome);
    if (waitsForPermit(outcome) && 'connection' in delivery) delivery.connection.noteDeferred();
  }

  /**
   * Those whose sender or tenant was paused while they waited for their place. Others that were not marked have been
   * stopped, or lost their lease.
   */
  private async putOff(placed: Rendered[], marked: Marked[], stop: Stop): Promise<void> {
    const ids = new Set(marked.map(({ message }) => message.id));
    const left = placed.filter(({ message }) => !ids.has(message.id));
    await this.orRelease(
      () => left,
      async () => {
        const held = pass(await this.leases.paused(left), paused, stop);
        pass(held, tenantPaused, stop);
      },
    );
  }

  private async begin(marked: Marked[]): Promise<void> {
    for await (const ten of inTens(marked)) {
      for (const delivery of ten) {
        const { id } = delivery.message;
        this.loop.enter(id);
        const call = this.callProvider(delivery).finally(() => {
          this.calls.delete(call);
          this.loop.leave(id);
        });
        this.calls.add(call);
      }
    }
  }

  /** One call, and its result written down as soon as it is there. */
  private async callProvider(delivery: Marked): Promise<void> {
    const { connection, outgoing, callBefore } = delivery;
    reach('delivery.marked');
    // The process may have been stopped since the mark: a call that begins now could outlive the lease.
    const outcome = performance.now() > callBefore ? OVERSLEPT : await connection.send(outgoing).catch(threw);
    connection.release();
    reach('delivery.called');
    await this.recorder.record(delivery, outcome);
    reach('delivery.recorded');
  }

  /** Should a step fail as a whole (the database went away), the messages go back: none of them has been sent. */
  private async orRelease<T>(held: () => Delivery[], steps: () => Promise<T>): Promise<T> {
    try {
      return await steps();
    } catch (error) {
      await this.leases.release(held());
      throw error;
    }
  }
}

/** It keeps its slot of the rate limiter, which nobody has used. */
const OVERSLEPT: Outcome = {
  kind: 'deferred',
  reason: 'lease_expired_before_send',
  afterMs: 0,
  slotGraceMs: SLOT_GRACE_MS,
};

/** A provider answers every fault with an outcome. One that throws has a bug, and may have sent it all the same. */
function threw(error: unknown): Outcome {
  return {
    kind: 'unknown',
    reason: 'provider_threw',
    detail: { error: error instanceof Error ? error.name : typeof error },
  };
}
