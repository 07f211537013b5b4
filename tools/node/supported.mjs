import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CLONE } from '../servers/homes.mjs';

/** The versions of Node that package.json says this project runs on: `^22.13.0 || >=24.11.0`. */
export const ENGINES = String(JSON.parse(readFileSync(path.join(CLONE, 'package.json'), 'utf8')).engines.node);

/**
 * Tells whether a version of Node is in a range. Knows what `engines` holds here, `^` and `>=` joined by `||`: npm's
 * own parser is not there before the packages are installed.
 *
 * @param {string} version such as `22.13.0`
 * @param {string} [range]
 */
export function isSupported(version, range = ENGINES) {
  return range.split('||').some((part) => {
    const [, sign = '', least = ''] = /^\s*(\^|>=)([\d.]+)\s*$/.exec(part) ?? [];
    if (sign === '') throw new Error(`${part.trim()} of engines in package.json is neither ^… nor >=…`);
    return isAtLeast(version, least) && (sign === '>=' || majorOf(version) === majorOf(least));
  });
}

/**
 * @param {string} version
 * @param {string} least
 */
function isAtLeast(version, least) {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0;
}

/** @param {string} version */
function majorOf(version) {
  return version.split('.', 1)[0];
}
