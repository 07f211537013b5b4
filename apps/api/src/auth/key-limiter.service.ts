import { Injectable } from '@nestjs/common';
import { parseRates } from '@outbell/planning/rate-limits.js';
import { Config } from '@outbell/shared/config/config.schema.js';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { TooManyRequests } from '../http/too-many-requests.js';
import type { AuthenticatedKey } from './authenticated-key.js';

/** Different limits that are remembered; a forgotten one begins anew. */
const KNOWN_LIMITS = 1_000;

/** One rate, and what each key has left of it. */
interface Quota {
  limit: number;
  seconds: number;
  counts: RateLimiterMemory;
}

/** A quota as a request finds it, itself counted. */
interface Standing extends Quota {
  left: number;
  resetSeconds: number;
  exceeded: boolean;
}

/**
 * Bounds the requests of one key, by the rates of the key itself or else API_RATE_LIMIT: fixed windows, counted in this
 * process alone, so that it costs no request a look elsewhere. Several APIs allow so many times as much together.
 */
@Injectable()
export class KeyLimiter {
  private readonly quotas = new LRUCache<string, Quota[]>({ max: KNOWN_LIMITS });
  private readonly common: string;

  /** @throws {InputError} when API_RATE_LIMIT is not well written: better at boot than at the first request */
  constructor(config: Config) {
    this.common = config.values.API_RATE_LIMIT;
    this.quotasOf(this.common);
  }

  /**
   * Counts a request.
   *
   * @returns headers that tell how many are left; none for a key without limit
   * @throws {TooManyRequests} when none was left
   */
  async take({ keyId, rateLimit }: AuthenticatedKey): Promise<Record<string, string>> {
    const quotas = this.quotasOf(rateLimit === '' ? this.common : rateLimit);
    if (quotas.length === 0) return {};
    const standings = await Promise.all(quotas.map((quota) => count(quota, keyId)));
    const [tightest] = standings.sort((a, b) => Number(b.exceeded) - Number(a.exceeded) || a.left - b.left);
    if (!tightest) return {};
    const headers = headersOf(standings, tightest);
    if (!tightest.exceeded) return headers;
    const { limit, seconds, resetSeconds } = tightest;
    const text = `This API key may make ${limit} requests in ${seconds} s. Wait ${resetSeconds} s.`;
    throw new TooManyRequests(text, 'rate_limited', { ...headers, 'retry-after': String(resetSeconds) });
  }

  private quotasOf(text: string): Quota[] {
    let quotas = this.quotas.get(text);
    if (!quotas) {
      quotas = parseRates(text, 'API_RATE_LIMIT').map(({ limit, windowMs }) => {
        const seconds = windowMs / 1000;
        return { limit, seconds, counts: new RateLimiterMemory({ points: limit, duration: seconds }) };
      });
      this.quotas.set(text, quotas);
    }
    return quotas;
  }
}

async function count(quota: Quota, keyId: string): Promise<Standing> {
  const { consumedPoints, msBeforeNext } = await quota.counts.penalty(keyId);
  const left = Math.max(quota.limit - consumedPoints, 0);
  const resetSeconds = Math.max(Math.ceil(msBeforeNext / 1000), 1);
  return { ...quota, left, resetSeconds, exceeded: consumedPoints > quota.limit };
}

/** As draft-ietf-httpapi-ratelimit-headers-10 has them, and as they were before it. */
function headersOf(standings: Standing[], { limit, left, seconds, resetSeconds }: Standing): Record<string, string> {
  return {
    'ratelimit-policy': standings.map((quota) => `"${quota.seconds}s";q=${quota.limit};w=${quota.seconds}`).join(', '),
    ratelimit: `"${seconds}s";r=${left};t=${resetSeconds}`,
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(left),
    'ratelimit-reset': String(resetSeconds),
  };
}
