import type { TransportServer } from './transport-server.js';
import type { Transport } from './transport.js';

/** Describes what a broker can do beyond carrying wake-ups. The contract suite checks each that a driver claims. */
export interface Capabilities {
  /** The more urgent of two wake-ups in one lane goes first. Without it urgency is a matter of lanes alone. */
  priorityInLane: boolean;
  /** `depth()` is a count, and not an estimate. */
  exactDepth: boolean;
  /**
   * A wake-up taken by a process that died is given to another. Without it dispatch alone repeats it, after
   * REPUBLISH_AFTER_MS.
   */
  redelivers: boolean;
}

/** A process' connection to its broker: both sides of it. */
export interface TransportConnection {
  client: Transport;
  server: TransportServer;
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

/** One way to carry wake-ups: a folder here, and a line in drivers.ts. */
export interface TransportDriver {
  readonly capabilities: Capabilities;

  /**
   * Connects a process.
   *
   * @param consumers how many this process will start, for drivers whose consumers take a connection each
   * @throws when the broker has to be there at the start and is not
   */
  connect(url: string, consumers?: number): Promise<TransportConnection>;

  /**
   * Asks the broker about itself, over a connection of its own.
   *
   * @throws the server's refusal or silence, within seconds
   */
  examine(url: string): Promise<TransportFinding[]>;
}
