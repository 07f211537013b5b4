import type * as baileysModule from 'baileys';
import type { ConnectionState, WAMessage, WAMessageUpdate, WASocket } from 'baileys';
import type { AuthState } from './auth-state.js';
import { watchHandingOver } from './handing-over.js';

type Baileys = typeof baileysModule;

/** Of people, by number or by hidden number (`lid`): groups, channels and stories are none of our business. */
const PERSON = /@(?:s\.whatsapp\.net|lid)$/;

/** Of a person, by number. */
const NUMBERED = /^\d{5,15}@s\.whatsapp\.net$/;

const BAD_SESSION = 500;

const nothing = (): void => undefined;

/** Baileys logs handshakes, addresses and contents. */
const SILENT = {
  level: 'silent',
  child: () => SILENT,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

export interface ConnectionOptions {
  baileys: Baileys;
  auth: AuthState;
  /** Where WhatsApp listens. */
  url: string;
  /** The text of a message sent before, for a device that could not read it. */
  textOf: (id: string) => string | undefined;
  /** A code that links this device, and for how many ms it is good. */
  onQr(qr: string, forMs: number): void;
  /** @param phone E.164 */
  onOpen(phone: string): void;
  /** Receipts of messages, ours and others'. */
  onReceipts(updates: WAMessageUpdate[]): void;
  /** Takes what people have written, and what was written to them on the account's other devices. */
  onMessages(messages: WAMessage[]): void;
  /** Credentials or keys could not be written. */
  onFault(error: unknown): void;
}

/** One connection to WhatsApp, from its first byte to its end. It makes no second one. */
export class WhatsAppConnection {
  /** The code of the end, as of HTTP; 500 when there is none. */
  readonly ended: Promise<number>;
  /** It has been of use: open, or a code was shown. */
  useful = false;
  open = false;
  pairingCodeAsked = false;
  private qrs = 0;

  private constructor(
    readonly socket: WASocket,
    private readonly options: ConnectionOptions,
  ) {
    socket.ev.on('creds.update', () => {
      options.auth.save().catch((error: unknown) => options.onFault(error));
    });
    socket.ev.on('messages.update', (updates) => options.onReceipts(updates));
    socket.ev.on('messages.upsert', ({ messages }) => options.onMessages(messages));
    this.ended = new Promise((resolve) => {
      socket.ev.on('connection.update', (update) => {
        if (update.connection === 'close') {
          this.open = false;
          resolve(codeOf(update.lastDisconnect?.error));
        } else this.follow(update);
      });
    });
  }

  static start(options: ConnectionOptions): WhatsAppConnection {
    const { baileys, auth, url, textOf } = options;
    const socket = baileys.makeWASocket({
      auth: { creds: auth.creds, keys: auth.keys },
      logger: SILENT,
      waWebSocketUrl: url,
      browser: baileys.Browsers.appropriate('Chrome'),
      markOnlineOnConnect: false,
      syncFullHistory: false,
      emitOwnEvents: false,
      shouldIgnoreJid: (jid) => !PERSON.test(jid),
      patchMessageBeforeSending: watchHandingOver,
      getMessage: ({ id }) => Promise.resolve(messageOf(textOf(id ?? ''))),
    });
    return new WhatsAppConnection(socket, options);
  }

  /**
   * Asks whether a number (E.164) is one of WhatsApp's, and by what it calls it: another number than is dialled, in
   * some countries. Baileys' own `onWhatsApp` answers alike for one that is not, and where nothing was said.
   *
   * @returns its address; false: it is none; null when the answer says nothing of it
   */
  async find(phone: string): Promise<string | false | null> {
    const { USyncQuery, USyncUser } = this.options.baileys;
    const query = new USyncQuery().withContactProtocol().withUser(new USyncUser().withPhone(phone));
    const answer = await this.socket.executeUSyncQuery(query);
    const said = answer?.list.find(({ contact }) => typeof contact === 'boolean');
    if (!said) return null;
    if (said['contact'] !== true) return false;
    return NUMBERED.test(said.id) ? said.id : jidOf(phone);
  }

  async close(): Promise<void> {
    this.open = false;
    await this.socket.end(undefined);
  }

  private follow({ connection, qr }: Partial<ConnectionState>): void {
    if (qr !== undefined) {
      this.useful = true;
      this.options.onQr(qr, this.qrs++ === 0 ? FIRST_QR_MS : NEXT_QR_MS);
    }
    const phone = this.phone();
    if (connection === 'open' && phone !== undefined) {
      this.useful = true;
      this.open = true;
      this.options.onOpen(phone);
    }
  }

  private phone(): string | undefined {
    const user = this.options.baileys.jidDecode(this.options.auth.creds.me?.id)?.user;
    return user === undefined ? undefined : `+${user}`;
  }
}

/** Baileys' own times. */
const FIRST_QR_MS = 60_000;
const NEXT_QR_MS = 20_000;

function messageOf(text: string | undefined): { extendedTextMessage: { text: string } } | undefined {
  return text === undefined ? undefined : { extendedTextMessage: { text } };
}

/** Reads the status of an error of Boom. */
function codeOf(error: (Error & { output?: { statusCode?: number } }) | undefined): number {
  return error?.output?.statusCode ?? BAD_SESSION;
}

/** @param phone E.164 */
export function jidOf(phone: string): string {
  return `${phone.slice(1)}@s.whatsapp.net`;
}
