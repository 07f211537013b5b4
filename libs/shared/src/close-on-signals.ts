const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** How each application of the process is closed: there may be several, and one listener is enough. */
const open = new Set<() => Promise<void>>();

/**
 * Closes an application when the process is told to end. The process exits when all of its applications are closed;
 * whoever sends the signal decides how long that may take (`exitAfter`). The same signal once more ends it at once.
 *
 * @returns to be called when the application was closed by other means
 */
export function closeOnSignals(close: () => Promise<void>): () => void {
  if (open.size === 0) for (const signal of SIGNALS) process.on(signal, end);
  open.add(close);
  return () => {
    open.delete(close);
    if (open.size === 0) for (const signal of SIGNALS) process.off(signal, end);
  };
}

function end(signal: NodeJS.Signals): void {
  process.off(signal, end);
  void Promise.all([...open].map((close) => close())).then(() => process.exit(0));
}
