import type { Config } from '@outbell/shared/config/config.schema.js';
import type { EventServer, Flows } from './event-server.js';
import type { Transport } from './transport.js';

/** What a broker can do beyond carrying wake-ups and events. The contract suite checks each that a driver claims. */
export interface Capabilities {
  /** The more urgent of two wake-ups in one lane goes first. Without it urgency is a matter of lanes alone. */
  priorityInLane: boolean;
  /** `depth()` is a count, and not an estimate. */
  exactDepth: boolean;
  /** What a process that died had taken is given to another. Without it dispatch alone repeats a wake-up. */
  redelivers: boolean;
  /** The broker is a process of its own: it can be away, and others can publish to it. */
  standsAlone: boolean;
}

/** A process' connection to its broker: both sides of it. */
export interface TransportConnection {
  client: Transport;
  server: EventServer;
  /** Ends soon, whether or not the broker still answers. Consumers have been drained before. */
  close(): Promise<void>;
}

/** Something about a broker that `outbell doctor` tells. */
export interface TransportFinding {
  /** `warn`: works, but loses wake-ups now and then, or is not set up yet. `fail`: does not work. */
  status: 'ok' | 'warn' | 'fail';
  /** what was seen, without secrets */
  found: string;
  /** what to do about it */
  mend?: string;
}

/** One way to carry wake-ups and events: a folder here, and a line in drivers.ts. */
export interface TransportDriver {
  readonly capabilities: Capabilities;

  /**
   * Connects a process.
   *
   * @param flows what this process takes, and how much of it
   * @throws when the broker has to be there at the start and is not
   */
  connect(config: Config, flows?: Flows): Promise<TransportConnection>;

  /**
   * Asks the broker about itself, over a connection of its own.
   *
   * @throws the server's refusal or silence, within seconds
   */
  examine(config: Config): Promise<TransportFinding[]>;
}
