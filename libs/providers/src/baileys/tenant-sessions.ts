import type { Outcome } from '@outbell/shared/outcome.js';

/** A live session that this process has open. */
export interface SessionLine {
  /** @param message its recipient in E.164 @returns within `timeoutMs` */
  send(message: { messageId: string; to: string; text: string }, timeoutMs: number): Promise<Outcome>;
}

/** The WhatsApp sessions of one tenant, as this process reaches them. */
export interface TenantSessions {
  /** Reads a session from the database; null: the tenant has none of that name. */
  find(name: string): Promise<{
    state: 'new' | 'pairing' | 'connected' | 'disconnected' | 'stopped';
    /** Why it is not connected. */
    reason?: string | null;
  } | null>;
  /** The line of a session that this process owns. Absent where no sessions are opened (the API, the CLI). */
  line?(name: string): SessionLine | undefined;
}
