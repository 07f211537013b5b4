import { z } from 'zod';

/** Which calls a fault strikes. Nothing given: all of them. */
export const faultCondition = z
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
    error: 'may hold only one of first, every and probability',
  })
  .refine(({ seed, probability }) => seed === undefined || probability !== undefined, {
    path: ['seed'],
    error: 'belongs to a probability',
  });
