import { z } from 'zod';

/** Where in an SMTP transaction a fault strikes: on connecting, at MAIL, RCPT or DATA, or when the final dot has come. */
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
    message: 'must begin with the first digit of code',
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

/** Which calls a fault strikes. Nothing given: all of them. */
const when = z
  .strictObject({
    recipient: z
      .string()
      .min(1)
      .max(320)
      .refine((pattern) => pattern.split('*').length <= 4, 'may hold at most three *')
      .optional(),
    first: z.int().min(1).optional(),
    every: z.int().min(1).optional(),
    probability: z.number().gt(0).max(1).optional(),
    seed: z.int().optional(),
  })
  .refine(({ first, every, probability }) => [first, every, probability].filter((v) => v !== undefined).length <= 1, {
    message: 'may hold only one of first, every and probability',
  })
  .refine(({ seed, probability }) => seed === undefined || probability !== undefined, {
    path: ['seed'],
    message: 'belongs to a probability',
  });

export const faultSchema = z
  .strictObject({
    name: z.string().max(100).optional(),
    /** The room it belongs to. Each vendor's room brings its actions. */
    vendor: z.literal('smtp').default('smtp'),
    when: when.default({}),
    action: smtpAction,
  })
  .refine((fault) => fault.when.recipient === undefined || !['connect', 'mail'].includes(fault.action.at), {
    path: ['when', 'recipient'],
    message: 'is not known yet at connect and mail',
  });

export const faultListSchema = z.array(faultSchema, 'must be a list of faults: [{ when, action }, …]').max(100);

export type Fault = z.output<typeof faultSchema>;
/** As it is asked for: what has a default may be left out. */
export type FaultInput = z.input<typeof faultSchema>;
export type FaultAction = Fault['action'];
export type FaultPoint = FaultAction['at'];
