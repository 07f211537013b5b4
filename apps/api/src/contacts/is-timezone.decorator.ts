import { ValidateBy } from 'class-validator';

/** A time zone by its IANA name (`Europe/Paris`): an offset would be wrong for half of the year. */
export function IsTimezone(): PropertyDecorator {
  const message = 'must be the IANA name of a time zone, such as Europe/Paris';
  return ValidateBy({ name: 'isTimezone', validator: { validate: isTimezone, defaultMessage: () => message } });
}

function isTimezone(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Z][A-Za-z0-9_+/-]{1,63}$/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
