import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { httpRequest } from './http-request.js';
import { type Reaction, ScriptedHttpServer } from './testing/scripted-http-server.js';
import { type VendorAgents, vendorAgents } from './vendor-agents.js';
import { VendorCall, VendorCallFailure } from './vendor-call.js';

const LOOPBACK = ['127.0.0.0/8'];

describe('VendorCall', () => {
  const servers: ScriptedHttpServer[] = [];
  const allAgents: VendorAgents[] = [];
  afterEach(async () => {
    for (const agents of allAgents.splice(0)) agents.destroy();
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function serverThat(react: Reaction): Promise<ScriptedHttpServer> {
    const server = await ScriptedHttpServer.start(react);
    servers.push(server);
    return server;
  }

  function agents(allow: string[] = LOOPBACK): VendorAgents {
    const made = vendorAgents(allow, 2);
    allAgents.push(made);
    return made;
  }

  function get(url: string, through: VendorAgents, timeoutMs = 2_000) {
    return VendorCall.run(timeoutMs, () => httpRequest({ method: 'GET', url: new URL(url) }, through));
  }

  async function failureOf(call: Promise<unknown>): Promise<VendorCallFailure> {
    const error: unknown = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof VendorCallFailure)) throw new Error(`no failure, but ${String(error)}`);
    return error;
  }

  it('gives the answer', async () => {
    const server = await serverThat(() => ({ status: 201, body: { ok: true } }));
    expect(await get(server.url, agents())).toMatchObject({ status: 201, text: '{"ok":true}' });
  });

  it('knows that nothing can have arrived where there is nobody', async () => {
    expect((await failureOf(get('http://127.0.0.1:1', agents()))).mayHaveArrived).toBe(false);
  });

  it('knows it while the connection is not encrypted yet', async () => {
    const mute = await ScriptedHttpServer.startMute('hang');
    servers.push(mute);
    expect((await failureOf(get(mute.url, agents(), 300))).mayHaveArrived).toBe(false);
  });

  it('ends in time what hangs, and takes back its request', async () => {
    const server = await serverThat(() => 'hang');
    const failure = await failureOf(get(server.url, agents(), 200));
    expect(failure).toMatchObject({ mayHaveArrived: true, cause: { code: 'ETIMEDOUT' } });
  });

  it('knows that a request on a kept connection may have arrived', async () => {
    const server = await serverThat((_, n) => (n === 0 ? { status: 200 } : 'reset'));
    const through = agents();
    await get(server.url, through);
    expect((await failureOf(get(server.url, through))).mayHaveArrived).toBe(true);
  });

  it('tells the requests of calls under way at once apart', async () => {
    const server = await serverThat(() => 'hang');
    const through = agents();
    const [hanging, refused] = await Promise.all([
      failureOf(get(server.url, through, 200)),
      failureOf(get('http://127.0.0.1:1', through, 200)),
    ]);
    expect([hanging.mayHaveArrived, refused.mayHaveArrived]).toEqual([true, false]);
  });

  it('begins no request when its time is over', async () => {
    const server = await serverThat(() => ({ status: 200 }));
    const through = agents();
    let over = (): void => undefined;
    const timeIsOver = new Promise<void>((resolve) => (over = resolve));
    let late: Promise<unknown> = Promise.resolve();
    const begun = VendorCall.run(50, async () => {
      await timeIsOver;
      late = httpRequest({ method: 'GET', url: new URL(server.url) }, through);
      await late;
    });
    await failureOf(begun);
    over();
    await until(() =>
      late.then(
        () => false,
        () => true,
      ),
    );
    await expect(late).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(server.received).toEqual([]);
  });

  it('reads no answer that does not end', async () => {
    const server = await serverThat(() => ({ status: 200, body: 'x'.repeat(1_100_000) }));
    expect(await failureOf(get(server.url, agents()))).toMatchObject({
      mayHaveArrived: true,
      cause: { code: 'EMSGSIZE' },
    });
  });

  describe('the agents', () => {
    it.each(['http://127.0.0.1:1', 'http://[::ffff:127.0.0.1]:1', 'https://169.254.169.254', 'http://2130706433:1'])(
      'refuse %s unless an operator allows it',
      async (url) => {
        expect((await failureOf(get(url, agents([])))).cause).toMatchObject({ code: 'EADDRNOTALLOWED' });
      },
    );

    it('go over no public address unencrypted', async () => {
      expect((await failureOf(get('http://93.184.216.34', agents([])))).cause).toMatchObject({
        code: 'EADDRNOTALLOWED',
      });
    });

    it('keep connections', async () => {
      const server = await serverThat((received) => ({ status: 200, body: received.headers['connection'] ?? '' }));
      expect((await get(server.url, agents())).text).toBe('keep-alive');
    });
  });
});
