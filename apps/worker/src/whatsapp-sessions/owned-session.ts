import type { Adopted } from '@outbell/persistence/repositories/whatsapp-lease.repository.js';
import { InFlight } from '@outbell/providers/in-flight.js';
import { LiveSession, type LiveSessionOptions } from '@outbell/providers/baileys/live-session.js';
import type { SessionLine } from '@outbell/providers/baileys/tenant-sessions.js';

/** How long WhatsApp may take to be reached for a log-out, in ms; then the telephone alone can unlink the device. */
const LOG_OUT_MS = 30_000;

/** A session in this worker's hands: its lease, and its socket. */
export class OwnedSession {
  readonly live: LiveSession;
  private readonly sends = new InFlight();
  private logOutSince: number | undefined;
  private leaving = false;

  constructor(
    readonly lease: Adopted,
    options: Pick<LiveSessionOptions, 'record' | 'url' | 'onEvidence' | 'onFault'>,
  ) {
    const { pairBy, pairPhone, logoutWanted } = lease;
    const pairing =
      pairBy === 'code' && pairPhone !== null ? ({ by: 'code', phone: pairPhone } as const) : ({ by: 'qr' } as const);
    this.live = LiveSession.start({ ...options, pairing });
    if (logoutWanted) this.wantLogOut();
  }

  get line(): SessionLine {
    return { send: (message, timeoutMs) => this.sends.track(this.live.send(message, timeoutMs)) };
  }

  get loggingOut(): boolean {
    return this.logOutSince !== undefined;
  }

  wantLogOut(): void {
    this.logOutSince ??= performance.now();
  }

  /** @returns whether it is over: WhatsApp was told, or could not be in time; false while that is being found out */
  async logOut(): Promise<boolean> {
    if (this.leaving) return false;
    this.leaving = true;
    try {
      await this.sends.ended();
      if (await this.live.logOut()) return true;
      if (performance.now() - (this.logOutSince ?? 0) < LOG_OUT_MS) return false;
      await this.live.close();
      return true;
    } finally {
      this.leaving = false;
    }
  }

  /** Once what is being sent has its answer. */
  async close(): Promise<void> {
    await this.sends.ended();
    await this.live.close();
  }
}
