import { isServerAway } from '@outbell/shared/server-away.js';

/** It gave way to another statement, took too long, or the server had no room for it just then. */
const PASSING = /^(40...|53...|55...|57...)$/;

/**
 * Whether a query failed because the database could not be reached, or went away meanwhile: the same may succeed later.
 */
export const isDatabaseAway = isServerAway;

/** Tells whether the same statement may succeed later: the database was away, or had something else to do. */
export function isPassing(error: unknown): boolean {
  return isDatabaseAway(error) || (error instanceof Error && PASSING.test(codeOf(error)));
}

function codeOf(error: Error): string {
  const cause = 'driverError' in error && error.driverError instanceof Error ? error.driverError : error;
  return 'code' in cause ? String(cause.code) : '';
}
