import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';

const FILE = '.env';

/**
 * Puts the settings of `.env` in the working directory into the environment where nothing there names a database. All
 * or nothing: the settings of a service manager, of Compose or of a test are never mixed with those of a file that
 * happens to lie there. What the environment has, it keeps.
 */
export function readEnvFile(): void {
  if (!process.env['DATABASE_URL'] && existsSync(FILE)) loadEnvFile(FILE);
}
