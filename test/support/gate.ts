import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be shut and opened again: the server is away, for whoever goes through here. */
export class Gate {
  private readonly sockets = new Set<Socket>();
  private server: net.Server | undefined;

  private constructor(
    private readonly target: URL,
    private port: number,
  ) {}

  /** @param url of the server, with its port */
  static async to(url: string): Promise<Gate> {
    const gate = new Gate(new URL(url), 0);
    await gate.open();
    return gate;
  }

  /** The server's URL, by way of this gate. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  async open(): Promise<void> {
    this.server = net.createServer((client) => this.connect(client)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Cuts every connection, and lets no new one through. */
  async shut(): Promise<void> {
    if (!this.server?.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private connect(client: Socket): void {
    const server = net.connect(Number(this.target.port), this.target.hostname);
    client.pipe(server).pipe(client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
