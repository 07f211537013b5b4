/** The longest wish that is honoured, in ms: a vendor that asks for more is looked at again after a day. */
const LONGEST_MS = 86_400_000;

/**
 * Reads how long a vendor wants to be left alone, in milliseconds: `Retry-After` in both of its forms (RFC 9110
 * 10.2.3), seconds or a date. Undefined when it says nothing that can be read.
 */
export function retryAfterMs(value: unknown, now = Date.now()): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : dateOf(text) - now;
  if (!Number.isFinite(wait)) return undefined;
  return Math.min(Math.max(0, Math.round(wait)), LONGEST_MS);
}

/** `Date.parse` alone takes `-5` for a year. */
function dateOf(text: string): number {
  return /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
}
