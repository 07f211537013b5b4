import { PRIORITY_RANK } from '@outbell/shared/constants/priorities.js';
import type { Outcome } from '@outbell/shared/outcome.js';

/**
 * In ms. What was refused meanwhile comes back spread over a second and more, so that a longer first rest would waste
 * the vendor's time.
 */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** Those that wait come back spread over so many ms after it, the urgent ones first. */
const RETURN_WITHIN_MS = 1_000;

/**
 * Keeps how long a vendor is left alone that has had too much (429): a moment, doubled each time nothing was taken
 * since, and at least what it asks for. Without it each message would find out by itself, and spend an attempt.
 */
export class ProviderThrottle {
  /** `performance.now()` */
  private until = 0;
  private nextMs = FIRST_MS;

  /** Notes what came of a call. */
  observe(outcome: Outcome): void {
    if (outcome.kind === 'sent') this.nextMs = FIRST_MS;
    if (outcome.kind !== 'retry' || outcome.reason !== 'vendor_rate_limited') return;
    const { after = 0 } = outcome;
    const now = performance.now();
    const began = now >= this.until;
    this.until = Math.max(this.until, now + Math.min(began ? Math.max(after, this.nextMs) : after, LONGEST_MS));
    // Calls that were under way when it began say nothing new.
    if (began) this.nextMs = Math.min(2 * this.nextMs, LONGEST_MS);
  }

  isActive(): boolean {
    return this.leftMs > 0;
  }

  /** Until it may be called again, in ms; 0: now. */
  get leftMs(): number {
    return Math.max(this.until - performance.now(), 0);
  }

  /** Until a message that waits for it comes back, in ms. @param rank PRIORITY_RANK of it */
  returnAfterMs(rank: number): number {
    return this.leftMs + (rank === PRIORITY_RANK.high ? 0 : Math.random() * RETURN_WITHIN_MS);
  }
}
