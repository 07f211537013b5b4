/** Servers listen here and nowhere else: whoever can reach the sandbox can read mail. */
export const LOOPBACK = '127.0.0.1';

/** Says which setting to change when a server cannot listen. */
export function listenError(setting: string, port: number, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`The sandbox cannot listen on port ${port} (${setting}): ${reason}`, { cause });
}
