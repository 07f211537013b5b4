/** How far a vendor's clock and ours may be apart, and how long a request may take, in milliseconds. */
export const TOLERANCE_MS = 5 * 60_000;

/** The last millisecond that a Date and a database both have. */
const LAST_MS = Date.UTC(9999, 11, 31);

/** A time as text (ISO 8601, RFC 5322); null when it is none. */
export function timeOf(value: unknown): Date | null {
  return typeof value === 'string' && value.length <= 100 ? dateAt(Date.parse(value)) : null;
}

/** A time in seconds of Unix, as number or text; null when it is none. */
export function timeOfSeconds(value: unknown): Date | null {
  if (typeof value === 'number') return dateAt(value * 1_000);
  return typeof value === 'string' && /^\d{1,12}$/.test(value) ? dateAt(Number(value) * 1_000) : null;
}

function dateAt(ms: number): Date | null {
  return Number.isFinite(ms) && ms >= 0 && ms <= LAST_MS ? new Date(Math.trunc(ms)) : null;
}

/** Tells whether a request that says when it was made came a moment ago. */
export function isRecent(madeAt: Date | null, receivedAt: Date, pastMs = TOLERANCE_MS): boolean {
  if (!madeAt) return false;
  const age = receivedAt.getTime() - madeAt.getTime();
  return age <= pastMs && age >= -TOLERANCE_MS;
}
