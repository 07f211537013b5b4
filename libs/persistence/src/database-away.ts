/** PostgreSQL says goodbye, is not ready yet, or has no connection left; a connection that broke (class 08). */
const SAID = /^(08...|57P0[123]|53300)$/;

/** Node's words for a server that is not there or has left. */
const SEEN = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** What the driver has no code for. */
const TOLD =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;

/** It gave way to another statement, took too long, or the server had no room for it just then. */
const PASSING = /^(40...|53...|55...|57...)$/;

/** Whether a query failed because the database could not be reached, or went away meanwhile: the same may succeed later. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause, code } = causeOf(error);
  return SAID.test(code) || SEEN.test(code) || TOLD.test(cause.message);
}

/** Whether the same statement may succeed later: the database was away, or had something else to do. */
export function isPassing(error: unknown): boolean {
  return isDatabaseAway(error) || (error instanceof Error && PASSING.test(causeOf(error).code));
}

function causeOf(error: Error): { cause: Error; code: string } {
  const cause = 'driverError' in error && error.driverError instanceof Error ? error.driverError : error;
  return { cause, code: 'code' in cause ? String(cause.code) : '' };
}
