import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/**
 * A way to a server on which things happen: for whoever goes through here the server is away, hangs, is slow, or breaks
 * off.
 */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private server: net.Server | undefined;
  private frozen = false;
  private delayMs = 0;

  private constructor(
    private target: URL,
    private port: number,
  ) {}

  /** @param url of the server, with its port */
  static async to(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(url), 0);
    await proxy.open();
    return proxy;
  }

  /** The server's URL, by this way. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  /** From now on new connections go to this server, which took the other's place. */
  leadTo(url: string): void {
    this.target = new URL(url);
  }

  /** Lets connections through again, at the same port. */
  async open(): Promise<void> {
    this.server = net.createServer((client) => this.connect(client)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Away: every connection is cut, and no new one is taken. */
  async shut(): Promise<void> {
    if (!this.server?.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** A black hole: connections stay, new ones are taken, and nothing flows. */
  freeze(): void {
    this.frozen = true;
    for (const socket of this.sockets) socket.pause();
  }

  thaw(): void {
    this.frozen = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** Breaks off: every connection ends with a TCP reset (ECONNRESET), on both sides. New ones are taken. */
  reset(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Slow: whatever is said arrives so much later. */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  private connect(client: Socket): void {
    const server = net.connect(Number(this.target.port), this.target.hostname);
    this.carry(client, server);
    this.carry(server, client);
  }

  private carry(from: Socket, to: Socket): void {
    const underWay: (() => void)[] = [];
    // Whatever the delay changes to, nothing overtakes what was said before it.
    const later = (act: () => void): void => {
      if (this.delayMs === 0 && underWay.length === 0) return act();
      underWay.push(act);
      setTimeout(() => underWay.shift()?.(), this.delayMs);
    };
    this.sockets.add(from);
    from.on('data', (data) => later(() => to.write(data)));
    from.on('end', () => later(() => to.end()));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      later(() => to.destroy());
    });
    if (this.frozen) from.pause();
  }
}
