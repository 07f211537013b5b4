import type { DeliveryEvent } from './callback.js';
import { type Failure, type HttpRefusal, refused } from './http/http-verdict.js';
import { retryAfterMs } from './http/retry-after.js';

/** What a vendor's code says of a message, whether it is the answer to our call or comes later, in a callback. */
export interface VendorError extends Pick<DeliveryEvent, 'suppress' | 'suppressScope' | 'pausesSender'> {
  /** A stable machine word (`bad_address`). */
  reason: string;
  /**
   * As the answer to a call: it may be taken later, or by another connection. In a callback the message has failed all
   * the same.
   */
  retried?: true;
}

/** By the vendor's code. */
export type VendorErrors = Readonly<Record<string, VendorError>>;

/** The row of a code, where the table has one. */
export function vendorErrorOf(errors: VendorErrors, code: string | number | undefined): VendorError | undefined {
  return code !== undefined && Object.hasOwn(errors, code) ? errors[code] : undefined;
}

/** Why a message has failed that the vendor had taken. */
export function failureOf(errors: VendorErrors, code: string | undefined): Omit<VendorError, 'retried'> {
  const { retried: _, ...meaning } = vendorErrorOf(errors, code) ?? { reason: 'undelivered' };
  return meaning;
}

/**
 * What a refused call means: by the vendor's own code where that says more than the status. A word on the account does
 * not pause the sender here: another connection may take the message, and the circuit breaker leaves this one out.
 */
export function refusedByCode(errors: VendorErrors, refusal: HttpRefusal): Failure {
  const { status, code, retryAfter } = refusal;
  const error = vendorErrorOf(errors, code);
  if (error === undefined || code === undefined) return refused(refusal);
  const { reason, retried, suppress, suppressScope } = error;
  const detail = { status, code };
  if (!retried)
    return { kind: 'rejected', reason, ...(suppress && { suppress }), ...(suppressScope && { suppressScope }), detail };
  const after = retryAfterMs(retryAfter);
  return { kind: 'retry', reason, ...(after !== undefined && { after }), detail };
}
