import { ConfigError } from './config/load-config.js';
import { scrubText } from './logging/scrub.js';
import { withSourcePositions } from './logging/source-positions.js';

/**
 * Why an app did not start, for the person in front of it.
 *
 * @param portSetting name of the setting that holds the app's port
 */
export function startFailure(error: unknown, portSetting: string): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return scrubText(String(error));
  if (error.name === 'UnfitDatabaseError') return `Not started: ${error.message}`;
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `Port ${String(error.port)} is taken by another process: set ${portSetting} to a free one.`;
  }
  return withSourcePositions(scrubText(error.stack ?? error.message));
}
