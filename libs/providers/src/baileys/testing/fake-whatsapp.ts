import {
  type BinaryNode,
  decodeBinaryNode,
  encodeBinaryNode,
  getBinaryNodeChild,
  NOISE_WA_HEADER,
  proto,
} from 'baileys';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { answerTo, pairSuccess } from './fake-answers.js';
import { NoiseServer, trustTestRoot } from './noise-server.js';

// It brings no types, and is Baileys' own.
const { WebSocketServer } = createRequire(import.meta.url)('ws') as {
  WebSocketServer: new (options: object) => Listener;
};

interface Line {
  on(event: 'message', listener: (data: Buffer) => void): void;
  send(data: Uint8Array): void;
  terminate(): void;
}
interface Listener {
  on(event: 'connection', listener: (line: Line) => void): void;
  close(): void;
  clients: Set<Line>;
  address(): AddressInfo;
}

/**
 * What becomes of a message: an ack, one that waits for `release`, one with an error, nothing, what nobody can read, or
 * the connection's end.
 */
export type OnMessage = 'ack' | 'held' | 'silence' | 'garbage' | 'cut' | { error: string };

/** When receipts and messages of others say they are from, in seconds. */
const SAID_AT = '1700000000';

/**
 * As much of WhatsApp's server as a session needs: the handshake, linking, login, look-ups of devices and keys, acks.
 * Written from what Baileys sends and reads, so that it shows how we treat Baileys, not how WhatsApp treats us.
 */
export class FakeWhatsApp {
  readonly url: string;
  onMessage: OnMessage = 'ack';
  /** What becomes of the first message only. */
  onFirst: OnMessage | undefined;
  /** Numbers that WhatsApp does not know, with +. */
  readonly unknown = new Set<string>();
  /** Numbers of which it says nothing when it is asked, with +. */
  readonly unsaid = new Set<string>();
  /** Numbers that it calls otherwise, and how, with +. */
  readonly renamed = new Map<string, string>();
  /** How many of the device's pre-keys are left: with few, it makes more. */
  preKeys = 900;
  /** Ids of the messages that came. */
  readonly messages: string[] = [];
  /** Whom they were for. */
  readonly recipients: string[] = [];
  /** Requests by their first child's tag. */
  readonly asked: string[] = [];
  /** Requests with this first child get no answer until they are released. */
  holds: string | undefined;
  /** Is called when an answer is held. */
  onHeld: (() => void) | undefined;
  private answers: (() => void)[] = [];
  /** The attempt to log in is refused with this code. */
  refuses: number | undefined;
  /** Log-ins refused so far. */
  refused = 0;
  logins = 0;
  private current: Peer | undefined;
  private readonly distrust = trustTestRoot();

  private constructor(private readonly server: Listener) {
    this.url = `ws://127.0.0.1:${server.address().port}`;
    server.on('connection', (line) => {
      this.current = new Peer(line, this);
    });
  }

  static async start(): Promise<FakeWhatsApp> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server as unknown as NodeJS.EventEmitter, 'listening');
    return new FakeWhatsApp(server);
  }

  /** What a telephone does when it has scanned the code: the device is linked, and asked to connect anew. */
  scan(qr: string, phone: string): void {
    this.current?.send(pairSuccess(qr, phone));
  }

  /** Ends the stream of who is connected, as WhatsApp does. */
  disconnect(code: number): void {
    this.current?.send({ tag: 'stream:error', attrs: { code: String(code) } });
  }

  /** Tells who is connected that a message came to that number's telephone, or was read there. */
  receipt(phone: string, id: string, type?: string, more: Record<string, string> = {}): void {
    const attrs = {
      from: `${phone.slice(1)}@s.whatsapp.net`,
      id,
      t: SAID_AT,
      ...(type !== undefined && { type }),
      ...more,
    };
    this.current?.send({ tag: 'receipt', attrs });
  }

  /** Hands on what somebody writes; not encrypted, which Baileys takes as it is. */
  write(from: string, text: string, more: Record<string, string>): void {
    const content = proto.Message.encode({ conversation: text }).finish();
    const attrs = { from, type: 'text', t: SAID_AT, ...more };
    this.current?.send({ tag: 'message', attrs, content: [{ tag: 'plaintext', attrs: {}, content }] });
  }

  get held(): number {
    return this.answers.length;
  }

  /** Answers what was held, and holds no more. */
  release(): void {
    this.holds = undefined;
    for (const answer of this.answers.splice(0)) answer();
  }

  /** Now, or when it is released. */
  answerTo(tag: string | undefined, answer: () => void): void {
    if (tag !== undefined && tag === this.holds) this.hold(answer);
    else answer();
  }

  hold(answer: () => void): void {
    this.answers.push(answer);
    this.onHeld?.();
  }

  /** Sends what no key opens. */
  babble(): void {
    for (const line of this.server.clients) line.send(Buffer.concat([Buffer.from([0, 0, 32]), Buffer.alloc(32, 7)]));
  }

  cut(): void {
    for (const line of this.server.clients) line.terminate();
  }

  stop(): void {
    this.cut();
    this.server.close();
    this.distrust();
  }
}

/** One connection. */
class Peer {
  private readonly noise = new NoiseServer();
  private greeted = false;
  private bytes = Buffer.alloc(0);
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly line: Line,
    private readonly whatsApp: FakeWhatsApp,
  ) {
    line.on('message', (data) => {
      const intro = this.bytes.length === 0 && !this.greeted ? NOISE_WA_HEADER.length : 0;
      this.bytes = Buffer.concat([this.bytes, data.subarray(intro)]);
      for (let frame = this.next(); frame; frame = this.next()) {
        const whole = frame;
        this.work = this.work.then(() => this.read(whole));
      }
    });
  }

  send(node: BinaryNode): void {
    this.write(this.noise.encrypt(encodeBinaryNode(node)));
  }

  private next(): Buffer | undefined {
    if (this.bytes.length < 3) return undefined;
    const size = this.bytes.readUIntBE(0, 3);
    if (this.bytes.length < size + 3) return undefined;
    const frame = this.bytes.subarray(3, size + 3);
    this.bytes = this.bytes.subarray(size + 3);
    return frame;
  }

  private write(frame: Uint8Array): void {
    const size = Buffer.alloc(3);
    size.writeUIntBE(frame.length, 0, 3);
    this.line.send(Buffer.concat([size, frame]));
  }

  private async read(frame: Buffer): Promise<void> {
    if (!this.greeted) {
      this.greeted = true;
      this.write(await this.noise.greet(frame));
    } else if (this.noise.ready) this.answer(await decodeBinaryNode(this.noise.decrypt(frame)));
    else this.admit(this.noise.finish(frame));
  }

  private admit(payload: proto.ClientPayload): void {
    const { refuses } = this.whatsApp;
    if (refuses !== undefined) {
      this.whatsApp.refused += 1;
      this.send({ tag: 'failure', attrs: { reason: String(refuses) } });
    } else if (payload.username) {
      this.whatsApp.logins += 1;
      this.send({ tag: 'success', attrs: { t: String(Math.round(Date.now() / 1000)) } });
    } else {
      const refs = Array.from({ length: 3 }, (_, n) => ({ tag: 'ref', attrs: {}, content: Buffer.from(`ref-${n}`) }));
      const pair = { tag: 'pair-device', attrs: {}, content: refs };
      this.send({ tag: 'iq', attrs: { type: 'set', id: 'pair-1', from: 's.whatsapp.net' }, content: [pair] });
    }
  }

  private answer(node: BinaryNode): void {
    const child = Array.isArray(node.content) ? node.content[0] : undefined;
    if (child) this.whatsApp.asked.push(child.tag);
    if (node.tag === 'message') this.take(node);
    else if (node.tag === 'iq' && node.attrs['type'] === 'result') this.linked(node);
    else if (node.tag === 'iq') this.whatsApp.answerTo(child?.tag, () => this.send(answerTo(node, this.whatsApp)));
  }

  private linked(node: BinaryNode): void {
    if (getBinaryNodeChild(node, 'pair-device-sign')) this.send({ tag: 'stream:error', attrs: { code: '515' } });
  }

  private take({ attrs }: BinaryNode): void {
    const { onFirst, messages } = this.whatsApp;
    const onMessage = messages.length === 0 && onFirst !== undefined ? onFirst : this.whatsApp.onMessage;
    messages.push(attrs['id'] as string);
    this.whatsApp.recipients.push(attrs['to'] as string);
    if (onMessage === 'silence') return;
    if (onMessage === 'cut') return this.line.terminate();
    if (onMessage === 'garbage') return this.whatsApp.babble();
    const error = typeof onMessage === 'object' ? { error: onMessage.error } : {};
    const ack = { class: 'message', id: attrs['id'] as string, from: attrs['to'] as string, ...error };
    const answer = () => this.send({ tag: 'ack', attrs: ack });
    if (onMessage === 'held') this.whatsApp.hold(answer);
    else answer();
  }
}
