import { isTheirCode } from './their-code.js';

/**
 * Baileys leaves promises alone that fail with the connection, or at a frame that it cannot read; by Node's rule that
 * would end the process and everybody else's deliveries with it. Theirs are told to `onFault`; all others stay what
 * they are. Once for a process: nobody can tell of which session such a promise is.
 *
 * @returns ends it
 */
export function containRejections(onFault: (error: unknown) => void): () => void {
  const listener = (reason: unknown): void => {
    if (!(reason instanceof Error) || !isTheirCode(reason.stack ?? '')) throw reason;
    onFault(reason);
  };
  process.on('unhandledRejection', listener);
  return () => process.off('unhandledRejection', listener);
}
