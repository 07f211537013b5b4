const DURATION = /^P(?=\d|T\d)(?:(\d{1,4})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/;

/**
 * Reads an ISO 8601 duration of days, hours, minutes and seconds, such as `PT15M` or `P1DT12H`; a day has 24 hours.
 *
 * @returns milliseconds; null when it is none
 */
export function parseIsoDuration(text: string): number | null {
  const found = DURATION.exec(text);
  if (!found) return null;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = found;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}
