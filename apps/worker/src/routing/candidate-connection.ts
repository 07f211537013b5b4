import type { ClaimedMessage } from '@outbell/persistence/engine/claimed-message.js';
import type { Obstacle, RouteCandidate } from '@outbell/planning/route.js';
import type { Traits } from '@outbell/shared/cargo.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import type { OpenConnection } from './open-connection.js';

/** The soonest that a message comes again whose connection is out of order, in ms. */
const SOONEST_PROBE_MS = 1_000;

/** A connection that messages of a batch may take. It is opened when the first of them asks. */
export class CandidateConnection implements RouteCandidate {
  readonly id: string;
  readonly priority: number;
  readonly weight: number;
  readonly conditions: RouteConditions | null;
  readonly cannotCarry: Traits | undefined;
  private opened: OpenConnection | Obstacle | undefined;

  constructor(
    { id, priority, weight, conditions, cannotCarry }: RouteCandidate,
    readonly version: number,
    private readonly open: () => OpenConnection | Obstacle,
  ) {
    this.id = id;
    this.priority = priority;
    this.weight = weight;
    this.conditions = conditions;
    this.cannotCarry = cannotCarry;
  }

  /** The part of it that leads to the recipient. */
  connection(recipient: string): OpenConnection | Obstacle {
    const opened = (this.opened ??= this.open());
    return typeof opened === 'string' ? opened : opened.forRecipient(recipient);
  }

  /** Says what is wrong with it now, on the way to the recipient. */
  obstacle(recipient: string): Obstacle | null {
    const connection = this.connection(recipient);
    if (typeof connection === 'string') return connection;
    if (connection.breaker.isDown) return 'breaker_open';
    return connection.throttle.isActive() ? 'provider_throttled' : null;
  }

  /**
   * Until a message that waits for it asks again, in ms: spread, so that not all do in one moment. Null when it is
   * another thing that it needs.
   */
  returnAfterMs({ recipient, priority }: Pick<ClaimedMessage, 'recipient' | 'priority'>): number | null {
    const connection = this.connection(recipient);
    if (typeof connection === 'string') return null;
    if (!connection.breaker.isDown) return connection.throttle.returnAfterMs(priority);
    return Math.max(connection.breaker.probeAfterMs, SOONEST_PROBE_MS) * (1 + Math.random());
  }
}
