import type { Outcome } from '@outbell/shared/outcome.js';
import { InFlight } from '../in-flight.js';
import type { OutgoingWhatsApp, Provider, ProviderOptions, Verification } from '../provider.js';
import { BaileysCredentials } from './baileys.credentials.js';
import { elsewhere } from './elsewhere.js';
import type { TenantSessions } from './tenant-sessions.js';

/** A person writes one message after the other; who sends many at once is banned soon. */
const CONCURRENCY = 1;

/** When a message comes up again that met a worker which does not own its session, in ms. */
const ELSEWHERE_MS = 500;

/**
 * Sends through WhatsApp as an app on a telephone does, by Baileys. Unofficial: WhatsApp does not allow it and bans
 * numbers. Class C: a message is `sent` with the server's ack alone; what was handed over without one stays `unknown`.
 */
export class BaileysProvider implements Provider {
  static readonly providerName = 'baileys';
  static readonly channel = 'whatsapp';
  static readonly Credentials = BaileysCredentials;
  static readonly example = { summary: 'A linked telephone (unofficial)', credentials: { session: 'shop' } };
  /** A session is no business account: it has no templates. */
  static readonly cannotCarry = ['whatsapp_template'] as const;

  static concurrency(): number {
    return CONCURRENCY;
  }

  private readonly inFlight = new InFlight();
  private readonly sessions: TenantSessions | undefined;

  constructor(
    private readonly credentials: BaileysCredentials,
    private readonly options: ProviderOptions,
  ) {
    this.sessions = options.whatsAppSessions;
  }

  send({ messageId, to, text, template }: OutgoingWhatsApp): Promise<Outcome> {
    // A session is no business account: it has no templates.
    if (template) return Promise.resolve({ kind: 'rejected', reason: 'template_not_supported' });
    const line = this.sessions?.line?.(this.credentials.session);
    if (!line) return this.inFlight.track(this.away());
    return this.inFlight.track(line.send({ messageId, to, text }, this.options.sendTimeoutMs));
  }

  async verify(): Promise<Verification> {
    const reason = await this.fault();
    return reason === undefined ? { ok: true } : { ok: false, reason };
  }

  close(): Promise<void> {
    return this.inFlight.ended();
  }

  /** Spread, so that those of a batch do not all come up again in one moment. */
  private async away(): Promise<Outcome> {
    const reason = await this.fault();
    if (reason !== undefined) return { kind: 'retry', reason };
    return elsewhere(ELSEWHERE_MS * (1 + Math.random()));
  }

  /** Says why nobody can send through the session; undefined: somebody can. */
  private async fault(): Promise<string | undefined> {
    const session = await this.sessions?.find(this.credentials.session);
    if (!session) return 'session_unknown';
    // A newer version of us is needed, says WhatsApp.
    if (session.reason === 'client_too_old') return 'client_too_old';
    if (session.state === 'stopped') return 'session_stopped';
    if (session.state === 'disconnected') return 'session_disconnected';
    if (session.state === 'new' || session.state === 'pairing') return 'session_not_paired';
    return undefined;
  }
}
