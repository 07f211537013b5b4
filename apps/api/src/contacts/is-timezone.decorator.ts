import { ValidateBy } from 'class-validator';
import { LRUCache } from 'lru-cache';

/** Tells whether ICU knows the name, of the last ones asked for: it takes 50 µs to say. */
const KNOWN = new LRUCache<string, boolean>({ max: 1_000 });

/** A time zone by its IANA name (`Europe/Paris`): an offset would be wrong for half of the year. */
export function IsTimezone(): PropertyDecorator {
  const message = 'must be the IANA name of a time zone, such as Europe/Paris';
  return ValidateBy({ name: 'isTimezone', validator: { validate: isTimezone, defaultMessage: () => message } });
}

function isTimezone(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Z][A-Za-z0-9_+/-]{1,63}$/.test(value)) return false;
  const known = KNOWN.get(value) ?? isKnown(value);
  KNOWN.set(value, known);
  return known;
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
