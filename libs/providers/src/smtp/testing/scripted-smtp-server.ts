import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';

/** What the server does at one point of a session. */
export type Act = (socket: Socket) => void;

/** Answers with whole lines. */
export function say(...lines: string[]): Act {
  return (socket) => socket.write(`${lines.join('\r\n')}\r\n`);
}

/** Sends these bytes, then closes in an orderly way. */
export function sayAndClose(bytes: string): Act {
  return (socket) => socket.end(bytes);
}

/** A TCP reset: the client sees ECONNRESET. */
export const reset: Act = (socket) => socket.resetAndDestroy();

/** An orderly close without a word. */
export const close: Act = (socket) => socket.end();

/** Says nothing, for ever. */
export const hang: Act = () => undefined;

/** One session. What is not given is answered as a good server would. */
export interface Script {
  greeting?: Act;
  ehlo?: Act;
  starttls?: Act;
  auth?: Act;
  mail?: Act;
  rcpt?: Act;
  data?: Act;
  /** After that many bytes of the message; what follows is not read. */
  body?: { after: number; act: Act };
  /** After the final dot. */
  dot?: Act;
  rset?: Act;
  /** Some time after a message was taken and nothing else was said. */
  idle?: Act;
}

export const PLAIN_EHLO = say('250-scripted', '250 8BITMIME');
export const PIPELINING_EHLO = say('250-scripted', '250-PIPELINING', '250 8BITMIME');

const GOOD: Required<Omit<Script, 'body' | 'idle'>> = {
  greeting: say('220 scripted ESMTP'),
  ehlo: PLAIN_EHLO,
  starttls: say('220 2.0.0 ready'),
  auth: say('235 2.7.0 accepted'),
  mail: say('250 2.1.0 ok'),
  rcpt: say('250 2.1.5 ok'),
  data: say('354 go ahead'),
  dot: say('250 2.0.0 taken as 4711'),
  rset: say('250 2.0.0 reset'),
};

/** A mail server that does what its script says, byte by byte: the faults no real server produces on demand. */
export class ScriptedSmtpServer {
  /** Connections made so far. */
  connections = 0;
  /** Messages received with their final dot, whatever was answered. */
  readonly messages: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: net.Server,
    private readonly script: (connection: number) => Script,
    private readonly keys: tls.SecureContextOptions,
  ) {
    server.on('connection', (socket) => this.serve(socket, this.script(this.connections++)));
  }

  static async start(
    script: Script | ((connection: number) => Script) = {},
    keys: tls.SecureContextOptions = {},
  ): Promise<ScriptedSmtpServer> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ScriptedSmtpServer(server, typeof script === 'function' ? script : () => script, keys);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Resolves when all clients have gone. */
  async drained(): Promise<void> {
    await Promise.all([...this.sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  private serve(socket: Socket, script: Script): void {
    this.track(socket);
    (script.greeting ?? GOOD.greeting)(socket);
    this.converse(socket, script);
  }

  private track(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  }

  private converse(socket: Socket, script: Script): void {
    let buffer = '';
    let inMessage = false;
    const read = (chunk: Buffer): void => {
      buffer += chunk.toString('latin1');
      for (;;) {
        // An empty message is its final dot alone.
        if (inMessage && buffer.startsWith('.\r\n')) buffer = `\r\n${buffer}`;
        const end = buffer.indexOf(inMessage ? '\r\n.\r\n' : '\r\n');
        if (inMessage && script.body && buffer.length >= script.body.after) {
          socket.off('data', read).pause();
          return script.body.act(socket);
        }
        if (end === -1) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + (inMessage ? 5 : 2));
        if (inMessage) {
          inMessage = false;
          if (text !== '') this.messages.push(text);
          (script.dot ?? GOOD.dot)(socket);
          if (script.idle) setTimeout(script.idle, 20, socket);
          continue;
        }
        if (/^STARTTLS/i.test(text)) {
          socket.off('data', read);
          return this.encrypt(socket, script);
        }
        inMessage = this.answer(socket, script, text);
      }
    };
    socket.on('data', read);
  }

  /** Whether the message comes next. */
  private answer(socket: Socket, script: Script, command: string): boolean {
    const verb = /^[a-z]+/i.exec(command)?.[0].toLowerCase() ?? '';
    const acts = { ...GOOD, ...script };
    const commands: Record<string, Act> = {
      ehlo: acts.ehlo,
      auth: acts.auth,
      mail: acts.mail,
      rcpt: acts.rcpt,
      data: acts.data,
      rset: acts.rset,
      quit: sayAndClose('221 bye\r\n'),
    };
    (commands[verb] ?? say('502 unknown'))(socket);
    return verb === 'data' && acts.data === GOOD.data;
  }

  private encrypt(socket: Socket, script: Script): void {
    (script.starttls ?? GOOD.starttls)(socket);
    if (script.starttls) return;
    const secured = new tls.TLSSocket(socket, { isServer: true, ...this.keys });
    this.track(secured);
    this.converse(secured, script);
  }
}
