import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be stopped up: connections stay, new ones are taken, and nothing flows. The server hangs, for who goes here. */
export class Tap {
  private readonly sockets = new Set<Socket>();
  private flowing = true;

  private constructor(
    private readonly target: URL,
    private readonly server: net.Server,
  ) {}

  /** @param url of the server, with its port */
  static async to(url: string): Promise<Tap> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const tap = new Tap(new URL(url), server);
    server.on('connection', (client) => tap.connect(client));
    return tap;
  }

  /** The server's URL, by way of this tap. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  stop(): void {
    this.flowing = false;
    for (const socket of this.sockets) socket.pause();
  }

  flow(): void {
    this.flowing = true;
    for (const socket of this.sockets) socket.resume();
  }

  /** For good: every connection is cut. */
  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private connect(client: Socket): void {
    const server = net.connect(Number(this.target.port), this.target.hostname);
    this.carry(client, server);
    this.carry(server, client);
  }

  private carry(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (data) => to.write(data));
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (!this.flowing) from.pause();
  }
}
