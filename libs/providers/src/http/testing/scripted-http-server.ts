import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';

/** A request as it came, whole. */
export interface Received {
  method: string;
  /** Path and query. */
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** The body untouched, for what is no text. */
  bytes: Buffer;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
  /** Objects are sent as JSON. */
  body?: unknown;
}

/** What it does with the n-th request (from 0) that has come whole. */
export type Reaction = (received: Received, n: number) => Reply | 'hang' | 'reset' | Promise<Reply>;

/** A vendor's HTTP server that does as a spec says. */
export class ScriptedHttpServer {
  private constructor(
    private readonly server: net.Server,
    readonly url: string,
    readonly received: Received[],
  ) {}

  static async start(react: Reaction): Promise<ScriptedHttpServer> {
    const received: Received[] = [];
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const bytes = Buffer.concat(chunks);
        const whole = { method, path: url, headers, body: bytes.toString('utf8'), bytes };
        received.push(whole);
        void answer(request, response, react(whole, received.length - 1));
      });
    });
    return new ScriptedHttpServer(server, `http://127.0.0.1:${await listen(server)}`, received);
  }

  /** One that a TLS client gets no further with than the connection: no byte of a request is ever sent. */
  static async startMute(then: 'hang' | 'reset'): Promise<ScriptedHttpServer> {
    const sockets = new Set<net.Socket>();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      if (then === 'reset') socket.resetAndDestroy();
    });
    const close = server.close.bind(server);
    server.close = (done) => {
      for (const socket of sockets) socket.destroy();
      return close(done);
    };
    return new ScriptedHttpServer(server, `https://127.0.0.1:${await listen(server)}`, []);
  }

  async stop(): Promise<void> {
    if (this.server instanceof http.Server) this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

async function answer(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  reaction: ReturnType<Reaction>,
): Promise<void> {
  const reply = await reaction;
  if (reply === 'hang') return;
  if (reply === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  const { status, headers = {}, body = '' } = reply;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

function listen(server: net.Server): Promise<number> {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)));
}
