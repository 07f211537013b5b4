import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.schema.js';
import { Signer } from './signer.js';

const PURPOSE = 'callback';

const LOOPBACK = /^(localhost|127\..*|\[::1\])$/;

/**
 * Where vendors call back: one address for each connection, with a token that nobody can guess for those that sign
 * nothing.
 */
@Injectable()
export class CallbackAddress {
  private readonly base: string;
  private readonly isReachable: boolean;

  constructor(
    config: Config,
    private readonly signer: Signer,
  ) {
    const { PUBLIC_URL, OUTBOUND_ALLOW } = config.values;
    this.base = PUBLIC_URL.replace(/\/$/, '');
    // Vendors refuse a message whose callbacks are to go to their own machine. A stand-in may well be on this one.
    this.isReachable = !LOOPBACK.test(new URL(PUBLIC_URL).hostname) || OUTBOUND_ALLOW.length > 0;
  }

  addressOf(provider: string, connectionId: string): string {
    return `${this.base}/callbacks/${provider}/${connectionId}?t=${this.signer.sign(PURPOSE, connectionId)}`;
  }

  /** As `of`; undefined while only this machine reaches the API, and no vendor is on it. */
  reachable(provider: string, connectionId: string): string | undefined {
    return this.isReachable ? this.addressOf(provider, connectionId) : undefined;
  }

  /** Tells whether the token was made for that connection. */
  accepts(token: string, connectionId: string): boolean {
    return this.signer.verify(PURPOSE, token) === connectionId;
  }

  /**
   * The address as the vendor called it, whatever proxies have made of host and scheme on the way: some sign it.
   *
   * @param target of the request: path and query, as they came; some proxies write scheme and host before them
   */
  asCalled(target: string): URL {
    return new URL(this.base + target.replace(/^[a-z]+:\/\/[^/?#]*/i, ''));
  }
}

/** The path without its token: a callback is kept, and who reads it must not be able to make one. */
export function withoutToken(path: string): string {
  const [pathname, query] = splitOnce(path);
  const kept = query.split('&').filter((part) => part !== '' && !isToken(part));
  return kept.length === 0 ? pathname : `${pathname}?${kept.join('&')}`;
}

function isToken(parameter: string): boolean {
  return new URLSearchParams(parameter).has('t');
}

function splitOnce(path: string): [pathname: string, query: string] {
  const at = path.indexOf('?');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}
