import type { CallbackReader, DeliveryEvent } from './callback.js';
import type { Traits } from '@outbell/shared/cargo.js';
import type { Channel } from '@outbell/shared/constants/channels.js';
import type { Outcome } from '@outbell/shared/outcome.js';
import type { WhatsAppTemplate } from '@outbell/shared/whatsapp-template.js';
import type { Config } from '@outbell/shared/config/config.schema.js';
import type { TenantSessions } from './baileys/tenant-sessions.js';

/** When a message is worthless. */
export interface Expiry {
  /** UTC. */
  at: Date;
  /** The same as `performance.now()`, by the database's clock: what is left of its time is reckoned with it. */
  by: number;
}

/** One rendered email, ready for a vendor. */
export interface OutgoingEmail {
  channel: 'email';
  /** Our message id; providers carry it to the vendor so that its reports find their way back. */
  messageId: string;
  from: { address: string; name?: string | undefined };
  to: string;
  subject: string;
  text: string;
  html?: string | undefined;
  /** Extra headers by name (`List-Unsubscribe`), already checked for line breaks. */
  headers: Record<string, string>;
}

/** One text message. */
export interface OutgoingSms {
  channel: 'sms';
  messageId: string;
  /** E.164, or a name where the vendor allows one. */
  from: string;
  /** E.164. */
  to: string;
  text: string;
  expires?: Expiry | undefined;
}

/** One WhatsApp message: a text, or a template that WhatsApp knows. */
export interface OutgoingWhatsApp {
  channel: 'whatsapp';
  messageId: string;
  /** E.164, both. */
  from: string;
  to: string;
  text: string;
  template?: WhatsAppTemplate | undefined;
  expires?: Expiry | undefined;
}

/** One push notification to one device. */
export interface OutgoingPush {
  channel: 'push';
  messageId: string;
  /** A device's token of FCM, or the subscription of a browser as JSON. */
  to: string;
  title?: string | undefined;
  text: string;
  /** For the app; texts only, as FCM has it. */
  data?: Record<string, string> | undefined;
  /** Whether it may wake the device. */
  urgent: boolean;
  /** It may wait until the device has power and a cheap network. */
  bulk?: boolean | undefined;
  expires?: Expiry | undefined;
}

/** One call that plays a recording into a voice mailbox. */
export interface OutgoingVoice {
  channel: 'voice';
  messageId: string;
  /** E.164, both. */
  from: string;
  to: string;
  /** The vendor's token of the recording. */
  audio: string;
}

export type Outgoing = OutgoingEmail | OutgoingSms | OutgoingWhatsApp | OutgoingPush | OutgoingVoice;

/**
 * One vendor, bound to one connection's credentials. `send` makes one call with the SDK's own retries off and never
 * throws for what a vendor can answer: every answer, error and silence is an Outcome. A throw is a bug.
 */
export interface Provider {
  /** @throws never for vendor faults. Ends within `sendTimeoutMs` of its options. */
  send(message: Outgoing): Promise<Outcome>;
  /** Checks that the vendor accepts the credentials, without sending anything. */
  verify(): Promise<Verification>;
  /**
   * Asks the vendor what became of a message: for vendors that report nothing by themselves. Null: it does not know
   * (yet).
   */
  pollStatus?(providerMessageId: string): Promise<DeliveryEvent | null>;
  /** Closes pooled connections once the calls in flight have ended. */
  close(): Promise<void>;
}

export type Verification = { ok: true } | { ok: false; reason: string };

export interface ProviderOptions {
  /** Longest time one call may take, in milliseconds. */
  sendTimeoutMs: number;
  /** CIDR ranges that may be reached although they are private (`127.0.0.0/8` in development). */
  outboundAllow: string[];
  /** Where the vendor may report what became of a message; unset while nobody outside reaches the API. */
  callbackUrl?: string | undefined;
  /** Of the connection's tenant: what a provider of sessions needs beside credentials. */
  whatsAppSessions?: TenantSessions | undefined;
}

/** Which settings of the installation make a connection to a vendor, by the fields of its credentials. */
export interface InstallationSettings {
  needs: Record<string, keyof Config['values']>;
  takes?: Record<string, keyof Config['values']>;
  /** Makes the credentials of what is needed, where they are not those fields. */
  read?: (needed: Record<string, unknown>) => object;
}

/** Provider as the registry knows it, before any credentials are there. */
export interface ProviderType<C extends object = object> {
  /** As stored in a connection and shown in metrics: `smtp`, `ses`. */
  readonly providerName: string;
  readonly channel: Channel;
  /** class-validator DTO of the credentials: what `POST /v1/connections` checks and the documentation shows. */
  readonly Credentials: new () => C;
  /** For the documentation: what people call it, and credentials that have the right form and open nothing. */
  readonly example?: { summary: string; credentials: C };
  /** Reads the vendor's callbacks; absent when it makes none. */
  readonly callbacks?: CallbackReader<C>;
  /** The settings of the installation that make a connection to it. Absent: none does. */
  readonly settings?: InstallationSettings;
  /**
   * What it does not carry, of what other providers of its channel do: messages of that kind take another connection,
   * or are refused where there is none. Absent: it carries all that its channel has.
   */
  readonly cannotCarry?: Traits;
  /**
   * For how long, in milliseconds, the vendor takes a repeat under our message id for the same message (class A of
   * VENDORS): within it what may have been sent is sent again through the same connection. Absent: it never is.
   */
  readonly repeatableForMs?: number;
  /**
   * How many calls the vendor takes of an account in a time (`5/min`), unless the connection says otherwise. Absent:
   * the vendor says itself when it is too much.
   */
  readonly rateLimits?: string;
  /**
   * The host that is called for a recipient, where it is the recipient who names it: what is wrong with that host is no
   * fault of the connection, and it has but a share of its places. Absent: the vendor's own.
   */
  hostOf?(recipient: string): string;
  /** Gives how many calls of one connection may be in flight at once. */
  concurrency(credentials: C): number;
  new (credentials: C, options: ProviderOptions): Provider;
}
