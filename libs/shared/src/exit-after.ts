/**
 * Ends the process `milliseconds` after SIGTERM or SIGINT, should closing take longer: what hangs must not keep a
 * deployment from going on. Whatever was in flight is told by its lease.
 */
export function exitAfter(milliseconds: number): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), milliseconds).unref();
    });
  }
}
