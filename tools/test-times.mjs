import path from 'node:path';
import { CLONE } from './servers/homes.mjs';

/** @typedef {{ name: string, startTime: number, endTime: number }} SpecFile name: its path; times in ms */

const SLOWEST = 8;

/**
 * Says how long the specs took: those beside the code, those that start built apps, and the slowest files. Two files
 * run at a time, so that theirs add up to twice the time.
 *
 * @param {SpecFile[]} files
 * @returns {string[]} lines
 */
export function timesOf(files) {
  const isOfApps = (/** @type {SpecFile} */ { name }) => name.endsWith('.e2e.spec.ts');
  const slowest = files.toSorted((one, other) => durationOf(other) - durationOf(one)).slice(0, SLOWEST);
  return [
    lineOf(
      'specs',
      files.filter((file) => !isOfApps(file)),
    ),
    lineOf('e2e specs', files.filter(isOfApps)),
    'The slowest:',
    ...slowest.map((file) => `  ${inSeconds(durationOf(file)).padStart(7)} ${path.relative(CLONE, file.name)}`),
  ];
}

/**
 * @param {string} name
 * @param {SpecFile[]} files which run one after the other or beside each other, and nothing else between them
 */
function lineOf(name, files) {
  if (files.length === 0) return `✓ ${name.padEnd(16)} none`;
  const first = Math.min(...files.map(({ startTime }) => startTime));
  const last = Math.max(...files.map(({ endTime }) => endTime));
  return `✓ ${name.padEnd(16)} ${inSeconds(last - first)} (${files.length} files)`;
}

/** @param {SpecFile} file */
function durationOf({ startTime, endTime }) {
  return endTime - startTime;
}

/** @param {number} ms */
function inSeconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
