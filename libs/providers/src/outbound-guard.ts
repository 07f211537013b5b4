import dns from 'node:dns';
import net from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [Address, number];
type Reach = 'public' | 'listed';
type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

/** IPv6 addresses in use on the public internet; everything outside it is special or unassigned. */
const GLOBAL_IPV6: Range = ipaddr.parseCIDR('2000::/3');

/**
 * `2130706433`, `0177.0.0.1`, `0x7f.1`: hosts that a resolver takes for an IPv4 address although they do not look like
 * one.
 */
const DISGUISED_IPV4 = /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i;

/**
 * Guards connections on behalf of tenants, who say the host. Public addresses, and the private ones an operator has
 * listed. The check is made on the address that is connected to, in the same step, so that a name that resolves to
 * something else a moment later (DNS rebinding) gains nothing.
 */
export class OutboundGuard {
  private readonly listed: readonly Range[];

  /**
   * @param allow private ranges that may be reached, as CIDR
   * @param reach `listed`: those ranges and nothing else (a connection without encryption never goes over the internet)
   * @throws {Error} when a range is not a CIDR
   */
  constructor(
    allow: readonly string[],
    private readonly reach: Reach = 'public',
    private readonly resolve: Resolve = dns.lookup,
  ) {
    this.listed = allow.map(parseRange);
  }

  /** Tells whether that IP address may be connected to. Anything that is not an IP address may not. */
  permits(address: string): boolean {
    const plain = address.replace(/%.*$/, '');
    if (net.isIP(plain) === 0) return false;
    const ip = ipaddr.process(plain);
    return this.listed.some((range) => within(ip, range)) || (this.reach === 'public' && isPublic(ip));
  }

  /**
   * Resolves a name to the permitted ones of its addresses: the `lookup` option of `net.connect`, `tls.connect` and
   * undici. Node does not call it for an IP address, which must go through `check` first.
   */
  readonly lookup: net.LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const permitted = addresses.filter(({ address }) => this.permits(address));
      const [first] = permitted;
      if (!first) return callback(new AddressNotAllowedError(hostname, this.reach), []);
      if (options.all) return callback(null, permitted);
      callback(null, first.address, first.family);
    });
  };

  /** @throws {AddressNotAllowedError} for an IP address that may not be connected to, in any of its spellings */
  check(host: string): void {
    const literal = host.replace(/^\[(.*)\]$/, '$1');
    const allowed = net.isIP(literal) === 0 ? !DISGUISED_IPV4.test(host) : this.permits(literal);
    if (!allowed) throw new AddressNotAllowedError(host, this.reach);
  }

  /**
   * Opens a TCP connection within `timeoutMs`.
   *
   * @throws {AddressNotAllowedError} or the error of the name look-up or the connection (`ETIMEDOUT` after `timeoutMs`)
   */
  async connect(host: string, port: number, timeoutMs: number): Promise<net.Socket> {
    this.check(host);
    const socket = net.connect({
      host,
      port,
      lookup: this.lookup,
      // Node's own quarter second is less than the way to another continent and back.
      autoSelectFamilyAttemptTimeout: 2_000,
    });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(timeoutError(host)), timeoutMs);
      socket.once('connect', () => {
        clearTimeout(timer);
        socket.off('error', reject);
        resolve(socket);
      });
      socket.once('error', reject);
      socket.once('close', () => clearTimeout(timer));
    });
  }
}

/** The address is private, reserved or disguised, and no operator has allowed it. */
export class AddressNotAllowedError extends Error {
  readonly code = 'EADDRNOTALLOWED';

  constructor(host: string, reach: Reach) {
    super(
      reach === 'listed'
        ? `${host} may not be reached without encryption; an operator can allow that for a private range in ` +
            'OUTBOUND_ALLOW'
        : `${host} is a private or reserved address; an operator can allow its range in OUTBOUND_ALLOW`,
    );
    this.name = 'AddressNotAllowedError';
  }
}

function parseRange(cidr: string): Range {
  if (!ipaddr.isValidCIDR(cidr)) throw new Error(`"${cidr}" in OUTBOUND_ALLOW is not a range such as 10.1.0.0/16`);
  return ipaddr.parseCIDR(cidr);
}

function isPublic(ip: Address): boolean {
  return ip.range() === 'unicast' && (ip.kind() === 'ipv4' || within(ip, GLOBAL_IPV6));
}

function within(ip: Address, [network, bits]: Range): boolean {
  return ip.kind() === network.kind() && ip.match(network, bits);
}

function timeoutError(host: string): Error {
  return Object.assign(new Error(`no connection to ${host} in time`), { code: 'ETIMEDOUT' });
}
