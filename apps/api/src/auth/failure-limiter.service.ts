import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { TooManyRequests } from '../http/too-many-requests.js';
import { bearerOf } from './bearer.js';

const FAILURES = 20;
const WINDOW_SECONDS = 60;
const PROVEN_KEYS = 10_000;
const PROVEN_MS = 3_600_000;
/** So often is it noted that a key works: a digest for each request would cost more than the rest of this. */
const NOTE_EVERY_MS = 60_000;

/**
 * Stops whoever guesses: after so many failures within a minute, an IP address is answered 429 unread for the rest of
 * it. Only failures count, and a credential that lately worked here is still looked at, so that a guesser behind the
 * same proxy locks nobody out.
 */
export class FailureLimiter {
  private readonly failures: RateLimiterMemory;
  private lastFailure = Number.NEGATIVE_INFINITY;
  private readonly proven = new LRUCache<string, true>({ max: PROVEN_KEYS, ttl: PROVEN_MS });
  /** Ids of keys. */
  private readonly noted = new LRUCache<string, true>({ max: PROVEN_KEYS, ttl: NOTE_EVERY_MS });

  constructor(private readonly points = FAILURES) {
    this.failures = new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
  }

  /** @param about what was guessed at, where failures are counted for each @throws {TooManyRequests} */
  async check(ip: string, credential: string, about = ''): Promise<void> {
    if (performance.now() - this.lastFailure > WINDOW_SECONDS * 1_000) return;
    const spent = await this.failures.get(network(ip) + about);
    if (!spent || spent.consumedPoints < this.points || this.proven.has(digest(credential))) return;
    const text = 'Too many requests with keys that are not valid. Wait, and check the key.';
    const seconds = Math.ceil(spent.msBeforeNext / 1000);
    throw new TooManyRequests(text, 'too_many_failures', { 'retry-after': String(seconds) });
  }

  succeeded(keyId: string, credential: string): void {
    if (this.noted.has(keyId)) return;
    this.noted.set(keyId, true);
    this.proven.set(digest(credential), true);
  }

  /** @param credential that works no more; none where what failed may have been somebody else's */
  async failed(ip: string, credential?: string, about = ''): Promise<void> {
    this.lastFailure = performance.now();
    if (credential !== undefined) this.proven.delete(digest(credential));
    await this.failures.penalty(network(ip) + about);
  }
}

/** Whoever has one IPv6 address has the 2⁶⁴ beside it. */
function network(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  return address.kind() === 'ipv4' ? address.toString() : address.toByteArray().slice(0, 8).join('.');
}

function digest(credential: string): string {
  return hash('sha256', bearerOf(credential), 'base64');
}
