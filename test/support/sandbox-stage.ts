import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RunningSandbox, startSandbox } from '../../apps/sandbox/src/start-sandbox.js';
import { testConfig } from './config.js';

/** A receipt as it came to whoever the vendor reports to. */
export interface ReceivedReceipt {
  method: string;
  /** As it was called, whole. */
  url: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A sandbox, and a server that vendors report to. */
export class SandboxStage {
  readonly received: ReceivedReceipt[] = [];
  /** What the receiver answers, one after the other; then 204. */
  answers: { status: number; body?: string }[] = [];

  private constructor(
    readonly sandbox: RunningSandbox,
    private readonly server: http.Server,
  ) {}

  static async start(): Promise<SandboxStage> {
    const server = http.createServer();
    const stage = new SandboxStage(await startSandbox(testConfig()), server);
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      void stage.receive(request, response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return stage;
  }

  get receiver(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  vendor(name: string): string {
    return `${this.sandbox.url}/vendors/${name}`;
  }

  async api(method: string, path: string, body?: unknown) {
    const answer = await fetch(`${this.sandbox.url}/api/${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** The only message in the inbox. */
  async message() {
    const { data } = (await this.api('GET', 'messages')).body;
    return (await this.api('GET', `messages/${data[0]?.id}`)).body;
  }

  async lastCall() {
    return (await this.api('GET', 'ledger?limit=100000')).body.data.at(-1);
  }

  fault(vendor: string, action: object) {
    return this.api('PUT', 'faults', [{ vendor, action }]);
  }

  /** Forgets what happened, but for the ledger. */
  async clear(): Promise<void> {
    await this.api('DELETE', 'messages');
    await this.api('DELETE', 'faults');
    await this.api('DELETE', 'limits');
    this.received.length = 0;
    this.answers = [];
  }

  async stop(): Promise<void> {
    await this.sandbox.close();
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private async receive(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    this.received.push({ method, url: this.receiver + url, headers, body: Buffer.concat(chunks).toString() });
    const { status, body = '' } = this.answers.shift() ?? { status: 204 };
    response.writeHead(status).end(body);
  }
}
