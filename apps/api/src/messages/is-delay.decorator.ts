import { parseIsoDuration } from '@outbell/shared/iso-duration.js';
import { ValidateBy } from 'class-validator';

const SHORTEST_MS = 60_000;
const LONGEST_MS = 7 * 86_400_000;

/** Takes how long is waited before a fallback goes. */
export function IsDelay(): PropertyDecorator {
  const message = 'must be an ISO 8601 duration from PT1M to P7D, such as PT15M, PT2H or P1D';
  return ValidateBy({ name: 'isDelay', validator: { validate: isDelay, defaultMessage: () => message } });
}

function isDelay(value: unknown): boolean {
  const ms = typeof value === 'string' ? parseIsoDuration(value) : null;
  return ms !== null && ms >= SHORTEST_MS && ms <= LONGEST_MS;
}
