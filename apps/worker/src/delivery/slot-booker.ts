import { Injectable, Logger } from '@nestjs/common';
import { MessageLevels } from '@outbell/limits/message-levels.js';
import { type Level, RateLimiter, type Slot, type SlotRequest } from '@outbell/limits/rate-limiter.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { DeliveryMetrics } from '../routing/delivery-metrics.js';
import type { Routed, Stop } from './delivery.js';

/** Until it is tried again while the limiter is away, in ms. */
const AWAY_MS = 5_000;

/**
 * Books for each message the time at which it may go, on all its levels at once. Whoever must wait is deferred to
 * exactly that time, and holds the slot: coming back, it asks nobody.
 */
@Injectable()
export class SlotBooker {
  private readonly logger = new Logger(SlotBooker.name);

  constructor(
    private readonly limiter: RateLimiter,
    private readonly levels: MessageLevels,
    private readonly metrics: DeliveryMetrics,
  ) {}

  async book(batch: Routed[], stop: Stop): Promise<Routed[]> {
    const requests = batch
      .filter(({ message }) => message.mode === 'live')
      .map((delivery) => ({ delivery, levels: this.levelsOf(delivery) }))
      .filter(({ levels }) => levels.length > 0);
    const slots = await this.slots(requests);
    return batch.filter((delivery) => {
      const outcome = this.judge(delivery, slots.get(delivery));
      if (outcome) stop(delivery, outcome);
      return outcome === null;
    });
  }

  /** A null slot while the limiter is away: then nobody who needs one may go. */
  private async slots(requests: (SlotRequest & { delivery: Routed })[]): Promise<Map<Routed, Slot | null>> {
    if (requests.length === 0) return new Map();
    try {
      const slots = await this.limiter.book(requests);
      return new Map(requests.map(({ delivery }, index) => [delivery, slots[index] ?? null]));
    } catch (error) {
      this.logger.warn('the rate limiter is away; what it limits waits', { count: requests.length }, error);
      return new Map(requests.map(({ delivery }) => [delivery, null]));
    }
  }

  private judge({ message }: Routed, slot: Slot | null | undefined): Outcome | null {
    if (slot === undefined) return null;
    if (slot === null)
      return { kind: 'deferred', reason: 'rate_limiter_unavailable', afterMs: AWAY_MS * (1 + Math.random()) };
    if (slot.afterMs <= 0) return null;
    if (slot.blockedBy) this.metrics.deferredByLimit(message.channel, levelName(slot.blockedBy));
    return {
      kind: 'deferred',
      reason: 'rate_limited',
      afterMs: slot.afterMs,
      ...(slot.booked && { slotGraceMs: slot.graceMs }),
      ...(slot.blockedBy && { detail: limitSeen(slot.blockedBy) }),
    };
  }

  private levelsOf({ message, connection: { limited: connection } }: Routed): Level[] {
    // Its slot may be of another connection, which was to take it before. What waited for a slot holds it on all
    // levels.
    if (message.holdsSlot) {
      return connection && message.waitedFor !== 'rate_limited' ? this.levels.ofConnection(connection) : [];
    }
    const { tenantId, senderId, tenantRateLimits: tenantLimits, senderRateLimits: senderLimits } = message;
    const recipientDomain = message.channel === 'email' ? message.recipient.split('@')[1] : undefined;
    const limited = { tenantId, senderId, recipientDomain, connection };
    try {
      return this.levels.levelsOf({ ...limited, tenantLimits, senderLimits });
    } catch (error) {
      // The API lets none such be stored. The installation's own limits still hold.
      this.logger.error('rate limits of a tenant or sender are not readable', { tenantId, senderId }, error);
      return this.levels.levelsOf({ ...limited, tenantLimits: '', senderLimits: '' });
    }
  }
}

/** `sender` of `sender:<id>:60000`. */
function levelName({ key }: Level): string {
  return key.slice(0, key.indexOf(':'));
}

function limitSeen(level: Level) {
  return { level: levelName(level), limit: level.limit, window_ms: level.windowMs };
}
