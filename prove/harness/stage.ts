import { setTimeout as pause } from 'node:timers/promises';
import type { BuiltApp } from '../../test/support/built-app.js';
import { until } from '../../test/support/until.js';
import type { LedgerEntry } from './ledger.js';
import type { Chance } from './chance.js';
import { Customer } from './customer.js';
import { LeaseWatch } from './lease-watch.js';
import { Load } from './load.js';
import { PATIENCE_MS } from './times.js';
import type { Servers } from './servers.js';
import type { VendorName } from './vendor.js';
import type { World } from './world.js';

/** What one run plays on: a world, a tenant of its own in it, and the load the tenant brings. */
export class Stage {
  readonly load: Load;
  readonly leases: LeaseWatch;
  /** When the fault was over, in ms since 1970: from then on the run recovers. */
  overAt: number | undefined;
  private readonly ledgerStart: number;

  private constructor(
    readonly world: World,
    readonly customer: Customer,
    readonly chance: Chance,
    /** Whether time matters more than size. */
    readonly quick: boolean,
  ) {
    this.load = new Load(customer);
    this.leases = new LeaseWatch(world.servers.database, customer.tenantId);
    this.ledgerStart = world.servers.ledger.length;
  }

  static async set(world: World, vendors: readonly VendorName[], chance: Chance, quick: boolean) {
    await world.restore();
    return new Stage(world, await Customer.of(world, vendors), chance, quick);
  }

  /** How many messages a run has, at least. */
  get messages(): number {
    return this.quick ? 200 : 400;
  }

  get servers(): Servers {
    return this.world.servers;
  }

  /** The fault is over. */
  over(): void {
    this.overAt = Date.now();
  }

  /** What the vendor was asked in this run. */
  get calls(): LedgerEntry[] {
    return this.servers.ledger.since(this.ledgerStart);
  }

  /** A moment in mid-flight: the vendor was called so many times since, and more messages come in. */
  async midFlight(): Promise<void> {
    const before = this.calls.length;
    const calls = this.chance.whole(10, 100);
    await this.until(`${calls} calls`, async () => this.calls.length >= before + calls);
    await pause(this.chance.whole(0, 100));
  }

  /** Waits for what must come about. @throws with its name when it does not */
  async until<T>(what: string, look: () => Promise<T | undefined | null | false>): Promise<T> {
    try {
      return await until(look, PATIENCE_MS);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`did not come about: ${what} (${why})`, { cause: error });
    }
  }

  /** Waits until a process was killed by its failpoint: a fault that did not strike proves nothing. */
  async killed({ name, process }: BuiltApp): Promise<void> {
    await this.until(`the death of the ${name}`, async () => process.exitCode !== null || process.signalCode !== null);
    if (process.signalCode !== 'SIGKILL')
      throw new Error(`the ${name} ended with ${process.exitCode}, not by its failpoint`);
  }

  async end(): Promise<void> {
    await this.leases.stop();
    await this.world.endOthers();
  }
}
