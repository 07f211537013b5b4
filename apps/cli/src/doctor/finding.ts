import { printable } from '../printable.js';

/** One thing the doctor looked at. */
export interface Finding {
  check: 'configuration' | 'database' | 'clock' | 'queue' | 'outbox' | 'credentials';
  /** `warn`: works, but not as it should in production. `fail`: does not work. */
  status: 'ok' | 'warn' | 'fail';
  /** what was seen, without secrets */
  found: string;
  /** what to do about it */
  mend?: string;
}

/** As a reader sees it. */
export function findingText({ check, status, found, mend }: Finding): string {
  const line = `${status.padEnd(4)}  ${check}: ${printable(found)}`;
  return mend ? `${line}\n      → ${mend}` : line;
}
