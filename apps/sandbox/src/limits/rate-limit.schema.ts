import { z } from 'zod';
import { HTTP_VENDORS, type HttpVendor } from '../vendors/vendor-names.js';

export const rateLimitSchema = z.strictObject({
  vendor: z.enum(HTTP_VENDORS),
  calls: z.int().min(1).max(1_000_000),
  per_ms: z.int().min(1).max(3_600_000),
  /** Whose calls are counted together */
  by: z.enum(['account', 'recipient']).default('account'),
});

export const rateLimitListSchema = z.array(rateLimitSchema, 'must be a list: [{ vendor, calls, per_ms }, …]').max(100);

export type RateLimit = z.output<typeof rateLimitSchema>;

/** What the vendors document as fixed for everybody; the other limits depend on the account. */
export const DOCUMENTED_LIMITS: readonly RateLimit[] = [
  limit('resend', 5, 1_000),
  limit('whatsapp-cloud', 80, 1_000),
  limit('voice-partner', 5, 60_000),
];

function limit(vendor: HttpVendor, calls: number, perMs: number): RateLimit {
  return { vendor, calls, per_ms: perMs, by: 'account' };
}
