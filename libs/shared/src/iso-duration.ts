const DURATION = /^P(?=\d|T\d)(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/;

const UNITS_MS = [86_400_000, 3_600_000, 60_000, 1_000];

/**
 * Reads an ISO 8601 duration of days, hours, minutes and seconds, such as `PT15M` or `P1DT12H`; a day has 24 hours.
 *
 * @returns milliseconds; null when it is none
 */
export function parseIsoDuration(text: string): number | null {
  const parts = DURATION.exec(text)?.slice(1);
  return parts ? parts.reduce((sum, part = '0', index) => sum + Number(part) * (UNITS_MS[index] as number), 0) : null;
}
