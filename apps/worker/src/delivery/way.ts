import type { Obstacle, RouteCandidate } from '@outbell/planning/route.js';
import type { RouteConditions } from '@outbell/shared/route-conditions.js';
import type { OpenConnection } from './open-connection.js';

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
    return connection.restsMs > 0 ? 'vendor_resting' : null;
  }

  /** Until it may be tried again, in ms; null when that is not what it needs. */
  get availableAfterMs(): number | null {
    const { connection } = this;
    if (typeof connection === 'string') return null;
    return connection.breaker.isDown ? connection.breaker.probeAfterMs : connection.restsMs;
  }
}
