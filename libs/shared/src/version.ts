import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Of this installation, as its package.json has it. */
export const VERSION = readVersion(import.meta.dirname);

/** The sources and each built app lie at different depths below it. */
function readVersion(directory: string): string {
  const file = path.join(directory, 'package.json');
  if (existsSync(file)) {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (name === 'outbell') return version ?? 'unknown';
  }
  const parent = path.dirname(directory);
  return parent === directory ? 'unknown' : readVersion(parent);
}
