import { Controller, Get, Module } from '@nestjs/common';
import { PersistenceModule } from '@outbell/persistence/persistence.module.js';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../../../test/support/api.js';
import { until } from '../../../../test/support/until.js';
import { Public } from '../auth/access.decorators.js';
import { Drain } from './drain.js';

const gate = new EventEmitter();

@Controller('slow')
class SlowController {
  constructor(private readonly dataSource: DataSource) {}

  @Get()
  @Public()
  async slow(): Promise<string> {
    gate.emit('entered');
    await once(gate, 'open');
    await this.dataSource.query('SELECT 1');
    return 'done';
  }
}

@Module({ imports: [PersistenceModule], controllers: [SlowController] })
class SlowRoom {}

describe('closing the API', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({}, [SlowRoom]);
  });
  afterAll(() => api.database.drop());

  it('listens for signals once, however many there are in a process', async () => {
    const other = await TestApi.start();
    const listeners = () => ['SIGTERM', 'SIGINT'].map((signal) => process.listenerCount(signal));
    const before = listeners();
    const third = await TestApi.start();
    expect(listeners()).toEqual(before);
    await Promise.all([other.stop(), third.stop()]);
    expect(listeners()).toEqual(before);
  });

  it('answers what is in flight, and refuses what comes meanwhile with a Retry-After', async () => {
    await api.app.listen(0, '127.0.0.1');
    const port = Number(new URL(await api.app.getUrl()).port);
    const entered = once(gate, 'entered');
    const [inFlight, late] = [await RawClient.connect(port), await RawClient.connect(port)];
    // It has asked before, and has begun to ask again: so it is not idle.
    late.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await late.until('"status":"ok"');
    late.write('GET /health/live HTTP/1.1\r\nHost: x\r\n');
    inFlight.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
    await entered;
    const closed = api.app.close();
    await until(async () => api.app.get(Drain).isClosing);
    late.write('\r\n');
    const refused = await late.until('is ending');
    expect(refused).toContain('HTTP/1.1 503 ');
    expect(refused).toMatch(/^retry-after: \d+/im);
    expect(refused).toContain('application/problem+json');
    gate.emit('open');
    expect(await inFlight.until('done')).toContain('HTTP/1.1 200');
    await closed;
  });

  it('does not wait for connections that never asked anything', async () => {
    const other = await TestApi.start();
    await other.app.listen(0, '127.0.0.1');
    const port = Number(new URL(await other.app.getUrl()).port);
    const silent = await Promise.all(Array.from({ length: 3 }, () => RawClient.connect(port)));
    await other.app.close();
    expect(await Promise.all(silent.map((client) => client.ended))).toHaveLength(3);
    await other.database.drop();
  });

  it('does not wait for a body that does not come, and does for one that still comes', async () => {
    const other = await TestApi.start();
    const { key } = await other.newKey();
    await other.app.listen(0, '127.0.0.1');
    const port = Number(new URL(await other.app.getUrl()).port);
    const [silent, sending] = [await RawClient.connect(port), await RawClient.connect(port)];
    silent.write('POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nList-');
    sending.write(`POST /v1/suppressions/import HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n`);
    sending.write('Content-Type: text/csv\r\nContent-Length: 35\r\nExpect: 100-continue\r\n\r\n');
    await sending.until('100 Continue');
    const closed = other.app.close();
    await until(async () => other.app.get(Drain).isClosing);
    sending.write('channel,address\nemail,ann@b.example');
    expect(await sending.until('"accepted":1')).toContain('HTTP/1.1 200');
    await closed;
    await silent.ended;
    await other.database.drop();
  });

  it('is not ready from when it leaves, and still answers until it closes', async () => {
    const other = await TestApi.start();
    other.app.get(Drain).leave();
    expect((await other.app.inject({ url: '/health/ready' })).statusCode).toBe(503);
    expect((await other.app.inject({ url: '/health/live' })).statusCode).toBe(200);
    expect((await other.app.inject({ url: '/v1/messages' })).statusCode).toBe(401);
    await other.stop();
  });
});

/** A client that sends what it is told to, byte for byte. */
class RawClient {
  private received = '';
  readonly ended: Promise<unknown>;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (text: string) => (this.received += text));
    socket.on('error', () => undefined);
    this.ended = new Promise((resolve) => socket.once('close', resolve));
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** Everything that came, once it holds `text`. */
  until(text: string): Promise<string> {
    return until(async () => this.received.includes(text) && this.received);
  }
}
