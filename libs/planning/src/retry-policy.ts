import type { Config } from '@outbell/shared/config/config.schema.js';

/** Describes how often and how late a delivery that was proven not sent is tried again. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  attempts: number;
  /** Wait before the second attempt. */
  delayMs: number;
  /** Growth of the wait from one attempt to the next. */
  factor: number;
  maxDelayMs: number;
}

/** Reads the policy of an installation from its settings. */
export function retryPolicyOf({ values }: Config): RetryPolicy {
  const { RETRY_ATTEMPTS: attempts, RETRY_DELAY_MS: delayMs, RETRY_FACTOR: factor } = values;
  return { attempts, delayMs, factor, maxDelayMs: values.RETRY_MAX_DELAY_MS };
}

/**
 * The wait before the next attempt: exponential, at least what the vendor asked for, and spread over another half of
 * itself, so that what failed together does not come back together.
 *
 * @param attempt the number of the attempt that has just failed, from 1
 * @param vendorAfterMs what the vendor asked for (Retry-After), if anything
 * @param random from 0 to 1
 * @returns milliseconds from now
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  vendorAfterMs = 0,
  random: () => number = Math.random,
): number {
  const delay = Math.min(policy.delayMs * policy.factor ** (attempt - 1), policy.maxDelayMs);
  return Math.round(Math.max(delay, vendorAfterMs) * (1 + random() / 2));
}

/**
 * The wait before the next attempt, as `retryDelay`. After a tenant's own retry the waits begin anew: they count from
 * the attempts that it gave.
 *
 * @param spent attempts so far; those that another connection took over at once are not counted
 * @param limit attempts after which the message is dead
 * @returns milliseconds from now; null when the attempts are spent
 */
export function nextWait(
  policy: RetryPolicy,
  spent: number,
  limit: number,
  vendorAfterMs?: number,
  random?: () => number,
): number | null {
  if (spent >= limit) return null;
  return retryDelay(policy, Math.max(1, spent - Math.max(0, limit - policy.attempts)), vendorAfterMs, random);
}
