/**
 * Next step when the connection has ended. `rest`: the device stays linked, but only a newer program can connect it.
 */
export type AfterDisconnect =
  | { kind: 'connect'; afterMs: number; reason: string }
  | { kind: 'rest'; reason: string }
  | { kind: 'stop'; reason: string };

export interface Disconnect {
  /** Of WhatsApp or of Baileys: an HTTP-like status. */
  code: number;
  /** The device has been linked: WhatsApp knows it. */
  paired: boolean;
  /** Connections in a row that ended before they were open or showed a code, this one included. */
  failures: number;
  /** Since pairing began. */
  pairingMs: number;
}

/** What will not change by itself: a person has to look. */
const STOPS: Readonly<Record<number, string>> = {
  401: 'logged_out',
  403: 'forbidden',
  411: 'multidevice_mismatch',
  440: 'replaced',
};
const RESTART_REQUIRED = 515;
/** WhatsApp no longer takes the version that Baileys names. */
const TOO_OLD = 405;
/** How often in a row it has to say so: now and then it says so in passing. */
const TOO_OLD_FAILURES = 3;
const TIMED_OUT = 408;

/** Restarts in a row that are taken at their word. */
const RESTARTS_AT_ONCE = 3;
/** Whoever pairs looks at a screen: it is told soon. */
const PAIRING_FAILURES = 5;
const PAIRING_MS = 300_000;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 300_000;

/**
 * @param disconnect code 515 asks for a new connection at once; 401, 403, 411 and 440 stop; 405 does so too when it is
 * said again, as no waiting helps; all else (408, 428, 500, 503 …) waits ever longer
 * @param random of [0, 1): spreads the sessions of an installation when WhatsApp comes back
 */
export function afterDisconnect({ code, paired, failures, pairingMs }: Disconnect, random: number): AfterDisconnect {
  const reason = STOPS[code];
  if (reason !== undefined) return { kind: 'stop', reason };
  const told = code === TOO_OLD ? 'client_too_old' : `code_${code}`;
  if (code === RESTART_REQUIRED && failures <= RESTARTS_AT_ONCE) return { kind: 'connect', afterMs: 0, reason: told };
  if (code === TOO_OLD && failures >= TOO_OLD_FAILURES)
    return paired ? { kind: 'rest', reason: told } : { kind: 'stop', reason: told };
  if (!paired) {
    const unused = code === TIMED_OUT && failures === 0;
    if (unused || pairingMs > PAIRING_MS) return { kind: 'stop', reason: 'pairing_timed_out' };
    if (failures >= PAIRING_FAILURES) return { kind: 'stop', reason: 'pairing_failed' };
  }
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 20), LONGEST_WAIT_MS);
  return { kind: 'connect', afterMs: wait * (0.5 + random / 2), reason: told };
}
