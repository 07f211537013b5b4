import type { Channel } from '@outbell/shared/constants/channels.js';

/** A message that a vendor took, as it came. What it holds is read only when somebody looks (`mail-content.ts`). */
export interface Arrival {
  /** The sandbox's own id of this arrival: a message that came twice has two */
  id: string;
  vendor: string;
  channel: Channel;
  /** Outbell's id of the message */
  messageId: string | null;
  receivedAt: Date;
  from: string;
  to: string[];
  /** What was sent over the wire; its length is the size in bytes */
  raw: Buffer;
}
