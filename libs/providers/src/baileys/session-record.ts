/** A key or the credentials of a session, as text. Null: it is gone. */
export interface KeyChange {
  kind: string;
  name: string;
  value: string | null;
}

/** Code that pairs the session, to be scanned or typed. */
export type PairingCode = { qr: string } | { code: string };

/** State of a session. */
export type SessionReport =
  /** @see phone E.164 */
  { state: 'connected'; phone: string } | { state: 'disconnected' | 'stopped'; reason: string };

/** Answer to whether the number may write to a contact now. */
export type Admission = { kind: 'known' | 'new' } | { kind: 'full'; untilTomorrowMs: number };

/**
 * Storage of a session, for its owner. Everything is written for the owner alone.
 *
 * Every method throws {LeaseLostError} when the session is another's by now.
 */
export interface SessionRecord {
  /** Values by name; what was never written is missing. */
  readKeys(kind: string, names: string[]): Promise<Map<string, string>>;
  /** All or nothing. */
  writeKeys(changes: KeyChange[]): Promise<void>;
  showPairing(code: PairingCode, forMs: number): Promise<void>;
  report(report: SessionReport): Promise<void>;
  /** Counts a contact that the number has not written to before. */
  admit(contact: string): Promise<Admission>;
  /** Gives the ms for which the number still rests; 0: it does not. */
  restsMs(): number;
  rest(forMs: number): Promise<void>;
}

/** Another process owns the session by now, or it is gone: nothing may be written or sent any more. */
export class LeaseLostError extends Error {
  constructor() {
    super('the session is in other hands');
    this.name = 'LeaseLostError';
  }
}
