import type { Channel } from '@outbell/shared/constants/channels.js';
import type { Outcome } from '@outbell/shared/outcome.js';

/** One rendered email, ready for a vendor. */
export interface OutgoingEmail {
  channel: 'email';
  /** Our message id; providers carry it to the vendor so that evidence finds its way back. */
  messageId: string;
  from: { address: string; name?: string | undefined };
  to: string;
  subject: string;
  text: string;
  html?: string | undefined;
  /** Extra headers by name (`List-Unsubscribe`), already checked for line breaks. */
  headers: Record<string, string>;
}

export type Outgoing = OutgoingEmail;

/**
 * One vendor, bound to one connection's credentials. `send` makes one call with the SDK's own retries off and never throws for
 * what a vendor can answer: every answer, error and silence is an Outcome. A throw is a bug.
 */
export interface Provider {
  /** @throws never for vendor faults. Ends within `sendTimeoutMs` of its options. */
  send(message: Outgoing): Promise<Outcome>;
  /** Checks that the vendor accepts the credentials, without sending anything. */
  verify(): Promise<Verification>;
  /** Closes pooled connections once the calls in flight have ended. */
  close(): Promise<void>;
}

export type Verification = { ok: true } | { ok: false; reason: string };

export interface ProviderOptions {
  /** Longest time one call may take, in milliseconds. */
  sendTimeoutMs: number;
  /** CIDR ranges that may be reached although they are private (`127.0.0.0/8` in development). */
  outboundAllow: string[];
}

/** What the registry knows of a provider before any credentials are there. */
export interface ProviderType<C extends object = object> {
  /** As stored in a connection and shown in metrics: `smtp`, `ses`. */
  readonly providerName: string;
  readonly channel: Channel;
  /** class-validator DTO of the credentials: what `POST /v1/connections` checks and the documentation shows. */
  readonly Credentials: new () => C;
  /** How many calls of one connection may be in flight at once, from its credentials. */
  concurrency(credentials: C): number;
  new (credentials: C, options: ProviderOptions): Provider;
}
