import net, { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AddressNotAllowedError, OutboundGuard } from './outbound-guard.js';

const FORBIDDEN = {
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'link-local': ['169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%lo', 'fec0::1'],
  'carrier-grade NAT': ['100.64.0.1', '100.127.255.255'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  reserved: [
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '240.0.0.1',
    '255.255.255.255',
    '2001:db8::1',
  ],
  'IPv4 inside IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::1',
    '2001:0:7f00:1::',
  ],
};
const DISGUISED = [
  '2130706433',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '0x7f000001',
  '127.1',
  '017700000001',
  '127.0.0.1.',
  '0x',
  '1.2.3.0x10',
];
const PUBLIC = ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111'];

const strict = new OutboundGuard([]);

describe('which addresses may be connected to', () => {
  for (const [kind, addresses] of Object.entries(FORBIDDEN)) {
    it.each(addresses)(`refuses ${kind}: %s`, async (address) => {
      expect(strict.permits(address)).toBe(false);
      await expect(strict.connect(address, 25, 1_000)).rejects.toBeInstanceOf(AddressNotAllowedError);
    });
  }

  it.each(DISGUISED)('refuses an IPv4 address in disguise: %s', async (host) => {
    await expect(strict.connect(host, 25, 1_000)).rejects.toBeInstanceOf(AddressNotAllowedError);
  });

  it('refuses a bracketed private literal', () => {
    expect(() => strict.check('[::1]')).toThrow(AddressNotAllowedError);
  });

  it.each(PUBLIC)('permits a public address: %s', (address) => {
    expect(strict.permits(address)).toBe(true);
  });

  it('takes no name for an address', () => {
    expect(strict.permits('example.com')).toBe(false);
  });

  it('permits the ranges an operator listed, and only those', () => {
    const guard = new OutboundGuard(['10.1.0.0/16', 'fd00::/8', '192.168.7.9/32']);
    expect(
      ['10.1.2.3', '::ffff:10.1.2.3', 'fd00::25', '192.168.7.9', '8.8.8.8'].map((a) => guard.permits(a)),
    ).not.toContain(false);
    expect(['10.2.0.1', 'fc00::1', '192.168.7.8', '127.0.0.1'].map((a) => guard.permits(a))).not.toContain(true);
  });

  it('permits nothing but the listed ranges when told so', () => {
    const guard = new OutboundGuard(['10.0.0.0/8'], 'listed');
    expect(guard.permits('10.9.8.7')).toBe(true);
    expect(guard.permits('8.8.8.8')).toBe(false);
  });

  it('says which setting is not a range', () => {
    expect(() => new OutboundGuard(['10.1.0.0/16', '10.1'])).toThrow('"10.1" in OUTBOUND_ALLOW');
  });
});

describe('names', () => {
  const servers: net.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function listen(): Promise<number> {
    const server = net.createServer((socket) => socket.on('error', () => undefined).resume());
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  function resolvingTo(...answers: string[][]): ConstructorParameters<typeof OutboundGuard>[2] {
    return (_hostname, _options, callback) => {
      const addresses = answers.length > 1 ? answers.shift() : answers[0];
      callback(
        null,
        (addresses ?? []).map((address) => ({ address, family: net.isIP(address) })),
      );
    };
  }

  it('refuses a name that resolves to a private address', async () => {
    const guard = new OutboundGuard([], 'public', resolvingTo(['127.0.0.1']));
    await expect(guard.connect('innocent.example', await listen(), 1_000)).rejects.toBeInstanceOf(
      AddressNotAllowedError,
    );
    await expect(strict.connect('localhost', await listen(), 1_000)).rejects.toBeInstanceOf(AddressNotAllowedError);
  });

  it('never asks a second time: a name that was public and is rebound is checked where it is used', async () => {
    const guard = new OutboundGuard([], 'public', resolvingTo(['8.8.8.8'], ['169.254.169.254']));
    const first = new Promise((resolve) => guard.lookup('rebind.example', {}, (_error, address) => resolve(address)));
    await expect(first).resolves.toBe('8.8.8.8');
    await expect(guard.connect('rebind.example', 25, 1_000)).rejects.toBeInstanceOf(AddressNotAllowedError);
  });

  it('connects to the permitted addresses of a name and leaves out the others', async () => {
    const port = await listen();
    const guard = new OutboundGuard(['127.0.0.1/32'], 'public', resolvingTo(['127.0.0.2', '127.0.0.1', '10.0.0.1']));
    const socket = await guard.connect('mixed.example', port, 1_000);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  it('gives up after its time while the name is being looked up', async () => {
    const guard = new OutboundGuard([], 'public', () => undefined);
    await expect(guard.connect('silent.example', 25, 30)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });
});
