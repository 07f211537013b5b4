import type * as baileysModule from 'baileys';
import type { Outcome } from '@outbell/shared/outcome.js';
import { LRUCache } from 'lru-cache';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { DeliveryEvent } from '../callback.js';
import { outcomeOf, REST_MS, restricts } from './ack.policy.js';
import { AuthState } from './auth-state.js';
import { elsewhere } from './elsewhere.js';
import { handOver } from './handing-over.js';
import { quietConsole } from './quiet-console.js';
import { type AfterDisconnect, afterDisconnect } from './reconnect.policy.js';
import { LeaseLostError, type SessionRecord } from './session-record.js';
import { optOutsIn, receiptsIn } from './session-events.js';
import type { SessionLine } from './tenant-sessions.js';
import { jidOf, WhatsAppConnection } from './whatsapp-connection.js';

type Baileys = typeof baileysModule;

/** Messages kept, for devices that could not read one and ask for it again, and for receipts. */
const MESSAGES_KEPT = 500;

/** Numbers that are not looked up again before every message, for a day at most. */
const NUMBERS_KEPT = 10_000;
const NUMBER_KEPT_MS = 86_400_000;

/** How long WhatsApp takes a pairing code, in ms: as long as it gives out codes of the other kind. */
const PAIRING_CODE_MS = 160_000;

/** A day's last messages are spread over the first hour of the next, in ms. */
const NEXT_DAY_SPREAD_MS = 3_600_000;
const LOST_MS = 1_000;

export interface LiveSessionOptions {
  record: SessionRecord;
  /** How it is linked if it is not yet; `phone` in E.164. */
  pairing: { by: 'qr' } | { by: 'code'; phone: string };
  /** Where WhatsApp listens. */
  url: string;
  /** Takes events from WhatsApp: what became of messages, and who wants no more of them. */
  onEvidence(evidence: DeliveryEvent[]): void;
  /** Takes the error of work that nobody waits for. */
  onFault(error: unknown): void;
}

/** A session that this process owns, kept connected as long as that leads anywhere. */
export class LiveSession implements SessionLine {
  /** `stopped`: it says why in its record; `closed`: by us, or by a lost lease. */
  readonly ended: Promise<'stopped' | 'closed'>;
  private connection: WhatsAppConnection | undefined;
  private readonly closing = new AbortController();
  /** By their id at WhatsApp. */
  private readonly messages = new LRUCache<string, { messageId: string; text: string }>({ max: MESSAGES_KEPT });
  /** Numbers that WhatsApp knows, and its addresses of them. */
  private readonly onWhatsApp = new LRUCache<string, string>({ max: NUMBERS_KEPT, ttl: NUMBER_KEPT_MS });
  private readonly begunAt = performance.now();
  private failures = 0;
  /** Why there is no connection now. */
  private unconnected = 'session_disconnected';

  private constructor(private readonly options: LiveSessionOptions) {
    const speak = quietConsole();
    this.ended = this.run().finally(speak);
  }

  static start(options: LiveSessionOptions): LiveSession {
    return new LiveSession(options);
  }

  private isOver(): boolean {
    return this.closing.signal.aborted;
  }

  get connected(): boolean {
    return this.connection?.open ?? false;
  }

  async send(message: { messageId: string; to: string; text: string }, timeoutMs: number): Promise<Outcome> {
    const until = performance.now() + timeoutMs;
    try {
      return (await this.refusal(message.to, timeoutMs)) ?? (await this.handOver(message, until - performance.now()));
    } catch (error) {
      this.fault(error);
      if (error instanceof LeaseLostError) return elsewhere(LOST_MS);
      return { kind: 'retry', reason: 'temporary_failure' };
    }
  }

  /** Unlinks the device at WhatsApp, and ends. @returns false when it is not connected, and WhatsApp cannot be told */
  async logOut(): Promise<boolean> {
    const { connection } = this;
    if (!connection?.open) return false;
    // Before WhatsApp ends the connection, which would be told as somebody else's doing.
    this.closing.abort();
    await connection.socket.logout();
    await this.close();
    return true;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.connection?.close();
    await this.ended;
  }

  /** Null: nothing speaks against it. */
  private async refusal(to: string, timeoutMs: number): Promise<Outcome | null> {
    const { record } = this.options;
    const restsMs = record.restsMs();
    if (restsMs > 0) return { kind: 'retry', reason: 'number_paused', after: restsMs };
    const { connection } = this;
    if (!connection?.open) return { kind: 'retry', reason: this.unconnected };
    const admission = await record.admit(to);
    if (admission.kind === 'full') {
      const afterMs = admission.untilTomorrowMs + Math.random() * NEXT_DAY_SPREAD_MS;
      return { kind: 'deferred', reason: 'new_contacts_used_up', afterMs };
    }
    return this.onWhatsApp.has(to) ? null : this.pollStatus(connection, to, timeoutMs);
  }

  /**
   * A message to a number that WhatsApp does not know would be acked all the same. Who is not there today may be
   * tomorrow.
   */
  private async pollStatus(connection: WhatsAppConnection, to: string, timeoutMs: number): Promise<Outcome | null> {
    const timer = new AbortController();
    const late = wait(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined);
    const broken = connection.ended.then(() => undefined);
    const asked = connection.find(to).catch(() => undefined);
    const found = await Promise.race([asked, broken, late]);
    timer.abort();
    if (found === undefined) return { kind: 'retry', reason: connection.open ? 'timeout' : 'connection_lost' };
    if (found === false) return { kind: 'rejected', reason: 'bad_address' };
    if (found) this.onWhatsApp.set(to, found);
    return null;
  }

  private async handOver(
    { messageId, to, text }: { messageId: string; to: string; text: string },
    timeoutMs: number,
  ): Promise<Outcome> {
    const { connection } = this;
    if (!connection?.open) return { kind: 'retry', reason: 'connection_lost' };
    const letter = { jid: this.onWhatsApp.get(to) ?? jidOf(to), text, id: idOf(messageId) };
    this.messages.set(letter.id, { messageId, text });
    const handed = await handOver(connection.socket, letter, connection.ended, Math.max(1, timeoutMs));
    // Whether it could be written down or not, the answer stands.
    if (restricts(handed)) await this.options.record.rest(REST_MS).catch((error: unknown) => this.fault(error));
    const outcome = outcomeOf(handed, letter.id);
    const recipientId = `+${letter.jid.slice(0, letter.jid.indexOf('@'))}`;
    return outcome.kind === 'sent' && recipientId !== to ? { ...outcome, recipientId } : outcome;
  }

  private async run(): Promise<'stopped' | 'closed'> {
    try {
      const baileys = await import('baileys');
      while (!this.isOver()) {
        const next = await this.connect(baileys);
        if (this.isOver()) break;
        if (next.kind === 'stop') {
          await this.options.record.report({ state: 'stopped', reason: next.reason });
          return 'stopped';
        }
        if (next.kind === 'rest') await this.rest(next.reason);
        else await wait(next.afterMs, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    } catch (error) {
      this.fault(error);
      await this.connection?.close();
    }
    return 'closed';
  }

  /** Keeps the session until this process ends: the next one may be of a version that WhatsApp takes. */
  private async rest(reason: string): Promise<void> {
    this.unconnected = reason;
    this.options.onFault(new Error(`the session rests until the worker is started anew: ${reason}`));
    const { signal } = this.closing;
    if (!signal.aborted) await once(signal, 'abort');
  }

  /** One connection, until it ends. @returns what is to be done then */
  private async connect(baileys: Baileys): Promise<AfterDisconnect> {
    const { record, url } = this.options;
    const auth = await AuthState.load(record, baileys);
    const connection = WhatsAppConnection.start({
      baileys,
      auth,
      url,
      textOf: (id) => this.messages.get(id)?.text,
      onQr: (qr, forMs) => this.inBackground(() => this.showPairing(connection, qr, forMs)),
      onOpen: (phone) => this.inBackground(() => record.report({ state: 'connected', phone })),
      onReceipts: (updates) => this.tell(receiptsIn(updates, (id) => this.messages.get(id)?.messageId)),
      onMessages: (messages) =>
        this.inBackground(async () => this.tell(await optOutsIn(messages, baileys, connection.socket))),
      onFault: (error) => this.fault(error),
    });
    this.connection = connection;
    if (this.isOver()) await connection.close();
    const code = await connection.ended;
    this.connection = undefined;
    await auth.save();
    this.failures = connection.useful ? 0 : this.failures + 1;
    const { paired } = auth;
    const pairingMs = performance.now() - this.begunAt;
    const next = afterDisconnect({ code, paired, failures: this.failures, pairingMs }, Math.random());
    const comesBack = next.kind === 'rest' || (next.kind === 'connect' && next.afterMs > 0);
    if (paired && comesBack && !this.isOver()) await record.report({ state: 'disconnected', reason: next.reason });
    return next;
  }

  private async showPairing(connection: WhatsAppConnection, qr: string, forMs: number): Promise<void> {
    const { record, pairing } = this.options;
    if (pairing.by === 'qr') return record.showPairing({ qr }, forMs);
    // A code is asked for once, and good for longer than any QR code.
    if (connection.pairingCodeAsked) return;
    connection.pairingCodeAsked = true;
    const code = await connection.socket.requestPairingCode(pairing.phone.slice(1));
    await record.showPairing({ code }, PAIRING_CODE_MS);
  }

  private tell(evidence: DeliveryEvent[]): void {
    if (evidence.length > 0) this.options.onEvidence(evidence);
  }

  private inBackground(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.fault(error));
  }

  /** Closes the session at once when its lease is lost; reports any other error. */
  private fault(error: unknown): void {
    if (error instanceof LeaseLostError) {
      this.closing.abort();
      this.connection?.close().catch(() => undefined);
    } else this.options.onFault(error);
  }
}

/** The same for the same message: a phone shows an id once. As WhatsApp's own web client forms them. */
function idOf(messageId: string): string {
  return `3EB0${createHash('sha256').update(messageId).digest('hex').slice(0, 18).toUpperCase()}`;
}
