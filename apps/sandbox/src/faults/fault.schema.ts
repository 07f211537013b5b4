import { z } from 'zod';
import { faultCondition } from './fault-condition.schema.js';
import { type HttpFault, httpFaultSchema } from './http-fault.schema.js';

/**
 * Where in an SMTP transaction a fault strikes: on connecting, at MAIL, RCPT or DATA, or when the final dot has come.
 */
const smtpPoint = z.enum(['connect', 'mail', 'rcpt', 'data', 'dot']);

const reply = z
  .strictObject({
    type: z.literal('reply'),
    code: z.int().min(400).max(599),
    enhanced: z
      .string()
      .regex(/^[45]\.\d{1,3}\.\d{1,3}$/, 'must look like 4.2.2 or 5.1.1')
      .optional(),
    text: z
      .string()
      .max(400)
      .regex(/^[^\r\n]*$/, 'must be one line')
      .default('Refused by a sandbox rule'),
    at: smtpPoint.default('dot'),
  })
  .refine(({ code, enhanced }) => enhanced === undefined || enhanced.startsWith(String(code).charAt(0)), {
    path: ['enhanced'],
    error: 'must begin with the first digit of code',
  });

const hang = z.strictObject({ type: z.literal('hang'), at: smtpPoint.default('dot') });

const dropBeforeDot = z.strictObject({
  type: z.literal('drop_before_dot'),
  at: z.enum(['connect', 'mail', 'rcpt', 'data', 'body']).default('data'),
});

/** `saying`: the last bytes on the line, such as half a reply or no reply at all in SMTP's sense. */
const dropAfterDot = z.strictObject({
  type: z.literal('drop_after_dot'),
  at: z.literal('dot').default('dot'),
  saying: z.string().max(400).optional(),
});

const slow = z.strictObject({
  type: z.literal('slow'),
  ms: z.int().min(1).max(600_000),
  at: smtpPoint.default('dot'),
});

const smtpAction = z.discriminatedUnion('type', [reply, hang, dropBeforeDot, dropAfterDot, slow]);

const smtpFaultSchema = z
  .strictObject({
    name: z.string().max(100).optional(),
    vendor: z.literal('smtp').default('smtp'),
    when: faultCondition.default({}),
    action: smtpAction,
  })
  .refine((fault) => fault.when.recipient === undefined || !['connect', 'mail'].includes(fault.action.at), {
    path: ['when', 'recipient'],
    error: 'is not known yet at connect and mail',
  });

/** A fault of any vendor; without a `vendor` it is the mail server's. */
export const faultSchema = z.preprocess(
  (input) =>
    typeof input === 'object' && input !== null && !('vendor' in input) ? { ...input, vendor: 'smtp' } : input,
  z.discriminatedUnion('vendor', [smtpFaultSchema, httpFaultSchema], 'must be a fault: { vendor, when, action }'),
);

export const faultListSchema = z.array(faultSchema, 'must be a list of faults: [{ when, action }, …]').max(100);

type SmtpFault = z.output<typeof smtpFaultSchema>;
export type Fault = SmtpFault | HttpFault;
/** One of the mail server as it is asked for: what has a default may be left out. */
export type FaultInput = z.input<typeof smtpFaultSchema>;
export type FaultPoint = Fault['action']['at'];
export type SmtpPoint = SmtpFault['action']['at'];
export type SmtpAction = SmtpFault['action'];
export type HttpAction = HttpFault['action'];
