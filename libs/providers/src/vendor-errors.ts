import { rowOf } from './by-code.js';
import type { DeliveryEvent } from './callback.js';
import { type Failure, type HttpRefusal, refused } from './http/http-verdict.js';
import { retryAfterMs } from './http/retry-after.js';

/** Meaning of a vendor's code for a message, whether it is the answer to our call or comes later, in a callback. */
export interface VendorError extends Pick<DeliveryEvent, 'suppress' | 'suppressScope' | 'pausesSender'> {
  /** A stable machine word (`bad_address`). */
  reason: string;
  /** The answer to a call: another attempt or connection may succeed. In a callback the message has failed anyway. */
  retried?: true;
}

/** By the vendor's code. */
export type VendorErrors = Readonly<Record<string, VendorError>>;

/** Says why a message has failed that the vendor had taken. */
export function failureOf(errors: VendorErrors, code: string | undefined): Omit<VendorError, 'retried'> {
  const { retried: _, ...meaning } = rowOf(errors, code) ?? { reason: 'undelivered' };
  return meaning;
}

/**
 * Reads a refused call by the vendor's own code where that says more than the status. A word on the account does not
 * pause the sender here: another connection may take the message, and the circuit breaker leaves this one out.
 */
export function refusedByCode(errors: VendorErrors, refusal: HttpRefusal): Failure {
  const { status, code, retryAfter } = refusal;
  const error = rowOf(errors, code);
  if (error === undefined || code === undefined) return refused(refusal);
  const { reason, retried, suppress, suppressScope } = error;
  const detail = { status, code };
  if (retried) return { kind: 'retry', reason, after: retryAfterMs(retryAfter), detail };
  return { kind: 'rejected', reason, ...(suppress && { suppress }), ...(suppressScope && { suppressScope }), detail };
}
