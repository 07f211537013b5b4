import { Logger } from '@nestjs/common';

/**
 * Makes a line of the log of what Node and libraries warn of: Node itself would print it, over several lines that are
 * no JSON.
 */
export function logWarnings(): void {
  const logger = new Logger('Process');
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => logger.warn(message, { warning: name }));
}
