import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Of this release, as package.json says: the nearest one above, of sources as of built apps. */
export const VERSION = readVersion(import.meta.dirname);

function readVersion(directory: string): string {
  const file = path.join(directory, 'package.json');
  if (existsSync(file)) {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (name === 'outbell' && version !== undefined) return version;
  }
  const above = path.dirname(directory);
  return above === directory ? 'unknown' : readVersion(above);
}
