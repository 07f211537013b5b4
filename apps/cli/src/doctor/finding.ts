import { printable } from '../printable.js';

type Check = 'configuration' | 'database' | 'clock' | 'queue' | 'outbox' | 'credentials';

/** One thing the doctor looked at. */
export interface Finding {
  check: Check;
  /** `warn`: works, but not as it should in production. `fail`: does not work. */
  status: 'ok' | 'warn' | 'fail';
  /** what was seen, without secrets */
  found: string;
  /** what to do about it */
  mend?: string;
}

export function ok(check: Check, found: string): Finding {
  return { check, status: 'ok', found };
}

export function warning(check: Check, found: string, mend: string): Finding {
  return { check, status: 'warn', found, mend };
}

export function failure(check: Check, found: string, mend?: string): Finding {
  return { check, status: 'fail', found, ...(mend !== undefined && { mend }) };
}

/** As a reader sees it. */
export function findingText({ check, status, found, mend }: Finding): string {
  const line = `${status.padEnd(4)}  ${check}: ${printable(found)}`;
  return mend ? `${line}\n      → ${mend}` : line;
}
