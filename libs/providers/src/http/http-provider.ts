import type { Outcome } from '@outbell/shared/outcome.js';
import type { DeliveryEvent } from '../callback.js';
import { InFlight } from '../in-flight.js';
import type { Outgoing, Provider, ProviderOptions, ProviderType, Verification } from '../provider.js';
import { type Failure, unanswered } from './http-verdict.js';
import { type VendorAgents, vendorAgents } from './vendor-agents.js';
import { VendorCall, VendorCallFailure } from './vendor-call.js';

/** Context of the calls of one connection. */
export interface VendorConnection<C> {
  credentials: C;
  options: ProviderOptions;
  /** All requests go through these, whoever makes them. */
  agents: VendorAgents;
}

/**
 * Description of one vendor with an HTTP API; `httpProvider` does the rest. Calls run within `sendTimeoutMs`, and may
 * throw what an SDK or Node throws: `failureOf` says what that means.
 *
 * C: its credentials. M: what it sends. A: what its calls are made through, the SDK's client or requests.
 */
export interface HttpVendor<C extends object, M extends Outgoing, A> extends Omit<
  ProviderType<C>,
  'channel' | 'concurrency'
> {
  readonly channel: M['channel'];
  /** Calls of one connection at once. */
  readonly concurrency: number;
  /** Loads the SDK or prepares the requests: once for each connection, when its first call needs them. */
  readonly open: (connection: VendorConnection<C>) => A | Promise<A>;
  /** Refuses what the vendor would, without a call. */
  readonly refuse?: (message: M) => Failure | undefined;
  /** Hands over one message by one call. */
  readonly send: (api: A, message: M, connection: VendorConnection<C>) => Promise<Outcome>;
  /** Checks the credentials by a call that sends nothing. */
  readonly verify: (api: A, connection: VendorConnection<C>) => Promise<Verification | Failure>;
  /** Asks what became of a message. Null: the vendor does not know (yet). */
  readonly pollStatus?: (api: A, providerMessageId: string) => Promise<DeliveryEvent | null>;
  /** Reads what a call threw. Absent: whoever throws has not answered. */
  readonly failureOf?: (failure: VendorCallFailure) => Failure;
  /** Tells refusals of `verify` that prove the credentials all the same. */
  readonly provesKey?: (failure: VendorCallFailure) => boolean;
}

/** Makes the provider of a vendor with an HTTP API: a line of the registry. */
export function httpProvider<C extends object, M extends Outgoing, A>(
  vendor: HttpVendor<C, M, A>,
): ProviderType<C> & { concurrency(): number } {
  const Bound = HttpProvider<C, M, A>;
  return Object.assign(Bound.bind(null, vendor), vendor, { concurrency: () => vendor.concurrency });
}

/** One connection to a vendor: its agents, the calls under way, their time limit, and what their failures mean. */
class HttpProvider<C extends object, M extends Outgoing, A> implements Provider {
  readonly pollStatus?: (providerMessageId: string) => Promise<DeliveryEvent | null>;
  private readonly connection: VendorConnection<C>;
  private readonly inFlight = new InFlight();
  private opened: Promise<A> | undefined;

  constructor(
    private readonly vendor: HttpVendor<C, M, A>,
    credentials: C,
    options: ProviderOptions,
  ) {
    this.connection = { credentials, options, agents: vendorAgents(options.outboundAllow, vendor.concurrency) };
    const { pollStatus } = vendor;
    if (pollStatus) this.pollStatus = (id) => this.call((api) => pollStatus(api, id)).catch(noAnswer);
  }

  async send(message: M): Promise<Outcome> {
    const { vendor, connection } = this;
    return vendor.refuse?.(message) ?? this.call((api) => vendor.send(api, message, connection)).catch(this.failure);
  }

  async verify(): Promise<Verification> {
    const { vendor, connection } = this;
    const answer = await this.call((api) => vendor.verify(api, connection)).catch((error: unknown) => {
      const isGood = error instanceof VendorCallFailure && vendor.provesKey?.(error) === true;
      return isGood ? { ok: true as const } : this.failure(error);
    });
    return 'ok' in answer ? answer : { ok: false, reason: answer.reason };
  }

  async close(): Promise<void> {
    await this.inFlight.ended();
    this.connection.agents.destroy();
  }

  /** @throws {VendorCallFailure} when the call throws or does not end in time */
  private call<T>(work: (api: A) => Promise<T>): Promise<T> {
    const open = (): Promise<A> => (this.opened ??= Promise.resolve(this.vendor.open(this.connection)));
    return this.inFlight.track(VendorCall.run(this.connection.options.sendTimeoutMs, async () => work(await open())));
  }

  private readonly failure = (error: unknown): Failure => {
    if (!(error instanceof VendorCallFailure)) throw error;
    return (this.vendor.failureOf ?? unanswered)(error);
  };
}

function noAnswer(error: unknown): null {
  if (error instanceof VendorCallFailure) return null;
  throw error;
}
