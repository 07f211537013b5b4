/**
 * Ends the process `milliseconds` after a signal, should closing take longer. What was in flight then is told by its lease: `unknown`, or
 * queued again.
 */
export function exitAfter(signal: NodeJS.Signals, milliseconds: number): void {
  process.once(signal, () => {
    setTimeout(() => process.exit(1), milliseconds).unref();
  });
}
