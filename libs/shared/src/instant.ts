import { InputError } from './errors.js';

/** RFC 3339, section 5.6: date-time, of at most nine digits behind the second. */
const DATE_TIME = /^(\d{4}-(\d\d)-(\d\d))T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?(Z|[+-](\d\d):(\d\d))$/i;

/** What a field that takes an instant is told when it was given something else. */
export const INSTANT =
  'must be an RFC 3339 time with its offset, such as 2027-01-31T09:00:00Z or 2027-01-31T09:00:00+01:00';

/** The instants that a Date, PostgreSQL and the text form with four digits all have, in ms of Unix. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Reads a moment in time: RFC 3339 with its offset, in capitals or small letters, and nothing else of ISO 8601. A local
 * time is refused: it is ambiguous when clocks go back, and does not exist when they go forward. So is a leap second
 * (`:60`): neither a Date nor PostgreSQL has one.
 *
 * @returns cut to the millisecond; null when it is none, or not between the years 1 and 9999 (UTC)
 */
export function parseInstant(text: string): Date | null {
  const found = DATE_TIME.exec(text);
  if (!found) return null;
  const [, date = '', month, day, hour, minute, second, fraction = '', zone = '', zoneHours = '0', zoneMinutes = '0'] =
    found;
  const inRange = Number(hour) <= 23 && Number(minute) <= 59 && Number(second) <= 59;
  if (!inRange || Number(zoneHours) > 23 || Number(zoneMinutes) > 59) return null;
  // It takes the 30th of February for the 2nd of March.
  const atMidnight = new Date(`${date}T00:00:00.000Z`);
  if (atMidnight.getUTCMonth() + 1 !== Number(month) || atMidnight.getUTCDate() !== Number(day)) return null;
  const milliseconds = fraction.slice(1, 4).padEnd(3, '0');
  const offsetMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (zone.startsWith('-') ? -1 : 1);
  const ms = Date.parse(`${date}T${hour}:${minute}:${second}.${milliseconds}Z`) - offsetMs;
  return ms >= FIRST_MS && ms <= LAST_MS ? new Date(ms) : null;
}

/** @throws {InputError} naming the field, when the text is no instant */
export function readInstant(text: string, field: string): Date {
  const instant = parseInstant(text);
  if (!instant) throw InputError.forField(field, INSTANT);
  return instant;
}
