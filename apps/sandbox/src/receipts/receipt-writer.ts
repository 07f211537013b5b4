import type { Arrival } from '../inbox/arrival.js';
import type { HttpVendor } from '../vendors/vendor-names.js';
import type { Target } from './target.schema.js';

/** What a vendor can report of a message, in the sandbox's own words. */
export const RECEIPT_KINDS = [
  'sent',
  'deferred',
  'delivered',
  'read',
  'opened',
  'clicked',
  'bounced',
  'soft_bounced',
  'complained',
  'unsubscribed',
  'failed',
  'stop',
] as const;
export type ReceiptKind = (typeof RECEIPT_KINDS)[number];

/** A report as it goes over the wire. */
export interface ReceiptRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

/** What is reported, and the facts that every report needs. */
export interface Report {
  kind: ReceiptKind;
  arrival: Arrival;
  /** The same when a kind is reported again for the same message: vendors repeat themselves under one id */
  eventId: string;
  at: Date;
}

/** How one vendor writes and signs its reports. */
export interface ReceiptWriter {
  readonly vendors: readonly HttpVendor[];
  /** Those it has a report for */
  readonly kinds: readonly ReceiptKind[];
  /** What can be said of its target beside `url`, `delay_ms` and `retry_ms` */
  readonly options: readonly (keyof Target)[];
  /** Makes up what the target needs and was not given, such as a secret */
  complete?(target: Target): Target;
  /** What the receiver must know to check the signature */
  reveal?(): Record<string, string>;
  /**
   * Sent when the target is set, as the vendor does to see whether it answers. @throws {Error} when it may not be used
   */
  handshake?(target: Target): Promise<void>;
  /** null: nobody told where to */
  write(report: Report, target: Target | undefined): ReceiptRequest | null;
}

/** Under this Nest gives the list of all writers. */
export const RECEIPT_WRITERS = Symbol('receipt writers');
