import { INSTANT, parseInstant } from '@outbell/shared/instant.js';
import { ValidateBy } from 'class-validator';

/** A moment in time as `parseInstant` reads it: RFC 3339 with its offset. */
export function IsInstant(): PropertyDecorator {
  return ValidateBy({ name: 'isInstant', validator: { validate: isInstant, defaultMessage: () => INSTANT } });
}

function isInstant(value: unknown): boolean {
  return typeof value === 'string' && parseInstant(value) !== null;
}
