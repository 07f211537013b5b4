import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { HttpVendor } from '../vendors/vendor-names.js';
import { DOCUMENTED_LIMITS, type RateLimit } from './rate-limit.schema.js';

/** How many calls a vendor takes in a time. Begins with what the vendors document. */
@Injectable()
export class RateLimits {
  private limits = DOCUMENTED_LIMITS.map(watched);

  replace(limits: readonly RateLimit[]): void {
    this.limits = limits.map(watched);
  }

  list(): RateLimit[] {
    return this.limits.map(({ limit }) => limit);
  }

  /** @returns null when the call may be taken, else after how many ms another one may */
  async book(vendor: HttpVendor, account: string, recipients: readonly string[]): Promise<number | null> {
    for (const { limit, limiter } of this.limits) {
      if (limit.vendor !== vendor) continue;
      try {
        await limiter.consume(limit.by === 'account' ? account : recipients.join(' '));
      } catch (error) {
        if (error instanceof RateLimiterRes) return error.msBeforeNext;
        throw error;
      }
    }
    return null;
  }
}

function watched(limit: RateLimit): { limit: RateLimit; limiter: RateLimiterMemory } {
  return { limit, limiter: new RateLimiterMemory({ points: limit.calls, duration: limit.per_ms / 1_000 }) };
}
