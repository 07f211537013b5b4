/** PostgreSQL says goodbye, is not ready yet, or has no connection left; a connection that broke (class 08). */
const SAID = /^(08...|57P0[123]|53300)$/;

/** Node's words for a server that is not there or has left. */
const SEEN = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** What the driver has no code for. */
const TOLD = new RegExp(
  String.raw`^(Connection terminated|Connection is closed|Stream isn't writeable|Command timed out|` +
    String.raw`timeout exceeded when trying to connect|Query read timeout|Client has encountered)`,
);

/**
 * Tells whether something failed because its server (the database, Redis) could not be reached, or went away meanwhile:
 * the same may succeed later.
 */
export function isServerAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cause = 'driverError' in error && error.driverError instanceof Error ? error.driverError : error;
  const code = 'code' in cause ? String(cause.code) : '';
  return SAID.test(code) || SEEN.test(code) || TOLD.test(cause.message);
}
