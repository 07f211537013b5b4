import type { Obstacle, RouteCandidate } from '@outbell/planning/route.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import type { OpenConnection } from './open-connection.js';

/** The soonest that a message comes again whose connection is out of order, in ms. */
const SOONEST_PROBE_MS = 1_000;

/** A connection that messages of a batch may take. It is opened when the first of them asks. */
export class Way implements RouteCandidate {
  readonly id: string;
  readonly priority: number;
  readonly weight: number;
  readonly conditions: RouteConditions | null;
  private opened: OpenConnection | Obstacle | undefined;

  constructor(
    { id, priority, weight, conditions }: RouteCandidate,
    readonly version: number,
    private readonly open: () => OpenConnection | Obstacle,
  ) {
    this.id = id;
    this.priority = priority;
    this.weight = weight;
    this.conditions = conditions;
  }

  get connection(): OpenConnection | Obstacle {
    return (this.opened ??= this.open());
  }

  /** What is wrong with it now. */
  get obstacle(): Obstacle | null {
    const { connection } = this;
    if (typeof connection === 'string') return connection;
    if (connection.breaker.isDown) return 'breaker_open';
    return connection.rest.isOn() ? 'vendor_resting' : null;
  }

  /**
   * Until a message that waits for it asks again, in ms: spread, so that not all do in one moment. Null when it is another thing that it
   * needs.
   *
   * @param rank PRIORITY_RANK of the message
   */
  returnAfterMs(rank: number): number | null {
    const { connection } = this;
    if (typeof connection === 'string') return null;
    if (!connection.breaker.isDown) return connection.rest.returnAfterMs(rank);
    return Math.max(connection.breaker.probeAfterMs, SOONEST_PROBE_MS) * (1 + Math.random());
  }
}
