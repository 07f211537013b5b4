import { InputError } from '@outbell/shared/errors.js';
import type { z } from 'zod';

/**
 * Checks a body or a query.
 *
 * @throws {InputError} that names every wrong field, answered with 400
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new InputError(parsed.error.issues.map(({ path, message }) => ({ field: path.join('.') || 'body', message })));
}
