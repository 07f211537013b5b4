import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Settings of a built app that loads one of `preloads/` before itself. */
export function preload(name: 'shifted-clock' | 'deadly-message'): { NODE_OPTIONS: string } {
  const file = path.join(import.meta.dirname, 'preloads', `${name}.mjs`);
  return { NODE_OPTIONS: `--import=${pathToFileURL(file).href}` };
}
