import type { Channel } from '@outbell/shared/constants/channels.js';

/** A template of WhatsApp, with what stands in its places */
export interface GivenTemplate {
  name: string;
  language: string;
  /** Of the body */
  parameters: string[];
  /** What stands in the header: a text, or the address or id of media */
  header?: string;
  /** What the buttons take, as `url 0: 481516` */
  buttons?: string[];
}

/** What a vendor's API was told, where the message did not come as a mail. */
export interface GivenContent {
  /** Of a mail, or the title of a notification */
  subject?: string | undefined;
  html?: string | undefined;
  text?: string | undefined;
  headers?: Record<string, string> | undefined;
  /** Of WhatsApp */
  template?: GivenTemplate | undefined;
  /** What a notification brings for the app */
  data?: Record<string, string> | undefined;
  /** The token of a recording */
  audio?: string | undefined;
}

/** What a request says of its own receipts. */
export interface Callback {
  url?: string | undefined;
  /** Of the account that asked */
  secret?: string | undefined;
}

/** One report that the vendor made about the message, or tried to. */
export interface SentReceipt {
  kind: string;
  /** Without its query, which may hold a token */
  url: string;
  attempts: number;
  /** HTTP status of the last answer; null when there was none */
  status: number | null;
}

/** A message that a vendor took, as it came. */
export interface Arrival {
  /** The sandbox's own id of this arrival: a message that came twice has two */
  id: string;
  vendor: string;
  channel: Channel;
  /** Outbell's id of the message */
  messageId: string | null;
  /** The vendor's id of the message, as it was answered; null for a mail over SMTP */
  providerMessageId: string | null;
  receivedAt: Date;
  from: string;
  to: string[];
  /** What was sent over the wire, without credentials; its length is the size in bytes */
  raw: Buffer;
  /** Absent: `raw` is a mail, read only when somebody looks (`mail-content.ts`) */
  content?: GivenContent | undefined;
  /** Where the message itself asked its receipts to be sent, and what signs them */
  callback?: Callback | undefined;
  /** What the vendor repeats in its receipts: tags, custom arguments */
  tags?: Record<string, string> | undefined;
  /** As they were sent */
  receipts: SentReceipt[];
}
