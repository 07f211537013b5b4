import type { Outgoing, Provider } from '@outbell/providers/provider.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import { LRUCache } from 'lru-cache';
import type { ConnectionBreaker } from './connection-breaker.js';
import type { DeliveryMetrics } from './delivery-metrics.js';
import { DestinationSemaphore, SharedSemaphore } from './destination-semaphore.js';
import { type ConnectionIdentity, OpenConnection } from './open-connection.js';

/** Hosts that are known of one connection at once; the longest unused is forgotten, and begins anew. */
const MAX_HOSTS = 1_000;

export interface SplitParts {
  identity: ConnectionIdentity;
  client: Provider;
  /** Calls at once, over all hosts. */
  concurrency: number;
  patienceMs: number;
  metrics: DeliveryMetrics;
  /** Total time in which this process has kept its own timers waiting, in ms. */
  lagMs: () => number;
  breaker: () => ConnectionBreaker;
  /** The host that is called for a recipient. */
  hostOf: (recipient: string) => string;
}

/**
 * A connection whose recipients name the hosts that are called. What is wrong with one host is said of that host alone:
 * each has a breaker, a rest and places of its own.
 */
export class SplitConnection extends OpenConnection {
  private readonly hosts = new LRUCache<string, Destination>({ max: MAX_HOSTS });
  private readonly shared: SharedSemaphore;

  constructor(private readonly parts: SplitParts) {
    const places = new SharedSemaphore(parts.concurrency);
    const { identity, client, patienceMs, breaker, metrics, lagMs } = parts;
    super(identity, client, { places: places.all, patienceMs }, breaker(), metrics, { lagMs });
    this.shared = places;
  }

  protected override part(recipient: string): OpenConnection {
    const host = this.parts.hostOf(recipient);
    const known = this.hosts.get(host);
    if (known) return known;
    const opened = new Destination(this.parts, new DestinationSemaphore(this.shared));
    this.hosts.set(host, opened);
    return opened;
  }

  override drain(): void {
    super.drain();
    this.shared.close();
    for (const host of this.hosts.values()) host.drain();
  }
}

/** The part of a connection that leads to one host. */
class Destination extends OpenConnection {
  constructor(
    { identity, client, patienceMs, breaker, metrics, lagMs }: SplitParts,
    private readonly hostLine: DestinationSemaphore,
  ) {
    super(identity, client, { places: hostLine, patienceMs }, breaker(), metrics, { lagMs });
  }

  override async send(outgoing: Outgoing): Promise<Outcome> {
    const began = performance.now();
    const outcome = await super.send(outgoing);
    this.hostLine.observe(outcome, performance.now() - began);
    return outcome;
  }
}
