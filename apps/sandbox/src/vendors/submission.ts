import type { Channel } from '@outbell/shared/constants/channels.js';
import type { FastifyRequest } from 'fastify';
import type { Callback, GivenContent } from '../inbox/arrival.js';
import type { HttpVendor } from './vendor-names.js';
import type { VendorRefusal } from './vendor-refusal.js';

/** A request with its body as it came, too. */
export type VendorRequest = FastifyRequest & { rawBody?: Buffer };

export interface VendorReply {
  status: number;
  headers?: Record<string, string>;
  /** A text is sent as it is, anything else as JSON */
  body: unknown;
}

/** How one vendor speaks. */
export interface Protocol {
  vendor: HttpVendor;
  channel: Channel;
  /** Writes a refusal in the vendor's form. */
  refuse(refusal: VendorRefusal): VendorReply;
  /** The refusal it documents for too many calls. */
  tooMany: { status: number; code: string; text: string };
}

/** One message as a request asks to send it: the account is known, the request is well-formed. */
export interface Submission {
  /** Who calls, for limits: a key or an account */
  account: string;
  messageId: string | null;
  /** The vendor's id, in its own form */
  providerMessageId: string;
  from: string;
  to: string[];
  /** The body without credentials */
  raw: Buffer;
  /** Absent: `raw` is a mail */
  content?: GivenContent | undefined;
  callback?: Callback | undefined;
  tags?: Record<string, string> | undefined;
  /** What the vendor documents for this recipient or content, if it would not take it */
  refusal?: VendorRefusal | undefined;
  /** It has taken this call before, under its idempotency key, and takes nothing anew */
  repeated?: boolean;
  /** Called once the message is taken, before it is answered */
  onTaken?: () => void;
  answer: VendorReply;
}
