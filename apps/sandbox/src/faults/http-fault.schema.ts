import { z } from 'zod';
import { HTTP_VENDORS } from '../vendors/vendor-names.js';
import { faultCondition } from './fault-condition.schema.js';

/** A call over HTTP has one point: when the request has come whole and the vendor would take it. */
const at = z.literal('request').default('request');

/** As the header has it: seconds, or a date. */
const retryAfter = z.union([z.int().min(0), z.string().regex(/^[\x20-\x7e]{1,40}$/)]).optional();

/**
 * A refusal in the vendor's own form. `code`: the vendor's, not that of HTTP; what fits the status when it is left out.
 */
const reply = z.strictObject({
  type: z.literal('reply'),
  status: z.int().min(400).max(599),
  code: z.union([z.int(), z.string().max(100)]).optional(),
  text: z.string().max(400).default('Refused by a sandbox rule'),
  retry_after: retryAfter,
  at,
});

/** The refusal that the vendor documents for too many calls. */
const rateLimit = z.strictObject({ type: z.literal('rate_limit'), retry_after: retryAfter, at });

/** `taken`: the vendor has the message and never says so. */
const hang = z.strictObject({ type: z.literal('hang'), taken: z.boolean().default(false), at });

const slow = z.strictObject({ type: z.literal('slow'), ms: z.int().min(1).max(600_000), at });
const dropBefore = z.strictObject({ type: z.literal('drop_before'), at });
const dropAfter = z.strictObject({ type: z.literal('drop_after'), at });

/** 200 with a page that is no answer of this vendor; the message is taken. */
const garbage = z.strictObject({ type: z.literal('garbage'), at });

/** The right answer, cut in its middle; the message is taken. */
const halfReply = z.strictObject({ type: z.literal('half_reply'), at });

export const httpFaultSchema = z.strictObject({
  name: z.string().max(100).optional(),
  vendor: z.enum(HTTP_VENDORS),
  when: faultCondition.default({}),
  action: z.discriminatedUnion('type', [reply, rateLimit, hang, slow, dropBefore, dropAfter, garbage, halfReply]),
});

export type HttpFault = z.output<typeof httpFaultSchema>;
export type HttpFaultInput = z.input<typeof httpFaultSchema>;
