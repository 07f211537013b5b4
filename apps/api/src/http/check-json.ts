import { InputError } from '@outbell/shared/errors.js';

/** Deep enough for any variables; far from where recursion ends. */
const MAX_DEPTH = 64;

/**
 * Ten times the largest batch. Checking the items of a million one by one, to refuse them all, would keep everybody
 * else waiting.
 */
export const MAX_ITEMS = 10_000;

/** More properties than any request of ours has, or variables need. class-validator's time grows with their square. */
const MAX_PROPERTIES = 1_000;

/** Whole numbers beyond that would be changed without a word: 9007199254740993 is read as 9007199254740992. */
const TOO_LARGE =
  `is a number beyond ±${Number.MAX_SAFE_INTEGER}, which no number of JavaScript holds exactly; ` + 'send it as a text';

/** A path in an answer is for reading. */
const MAX_PATH = 200;

type Path = (string | number)[];

/**
 * Refuses what JSON allows but no part of the engine can hold: nesting without end, keys that reach a prototype,
 * numbers that would be changed (beyond 2^53, `1e999`), text PostgreSQL cannot store (NUL) or UTF-8 cannot carry (half
 * a surrogate pair).
 *
 * @param path where `value` stands; the same array is used all the way down, so that ten megabytes cost no garbage
 * @param texts whether texts are looked at: not where they cannot hold anything of the kind
 * @throws {InputError} naming the first field found, as `messages.3.to`
 */
export function checkJson(value: unknown, path: Path = [], texts = true): void {
  if (typeof value === 'string') {
    if (texts) checkText(value, path);
  } else if (typeof value === 'number') {
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) throw refused(path, TOO_LARGE);
  } else if (typeof value === 'object' && value !== null) {
    if (path.length >= MAX_DEPTH) throw refused(path.slice(0, 3), `is nested deeper than ${MAX_DEPTH} levels`);
    if (Array.isArray(value)) checkItems(value, path, texts);
    else checkFields(value as Record<string, unknown>, path, texts);
  }
}

function checkItems(items: unknown[], path: Path, texts: boolean): void {
  if (items.length > MAX_ITEMS) throw refused(path, `has more than ${MAX_ITEMS} items`);
  for (let index = 0; index < items.length; index++) {
    path.push(index);
    checkJson(items[index], path, texts);
    path.pop();
  }
}

function checkFields(fields: Record<string, unknown>, path: Path, texts: boolean): void {
  const keys = Object.keys(fields);
  if (keys.length > MAX_PROPERTIES) throw refused(path, `has more than ${MAX_PROPERTIES} properties`);
  for (const key of keys) {
    path.push(key);
    if (texts) checkText(key, path);
    checkKey(key, path);
    checkJson(fields[key], path, texts);
    path.pop();
  }
}

function checkText(text: string, path: Path): void {
  if (text.includes('\0')) throw refused(path, 'holds a NUL character');
  if (!text.isWellFormed()) throw refused(path, 'holds half a surrogate pair: not valid Unicode');
}

function checkKey(key: string, path: Path): void {
  // `constructor` leads to a prototype; and class-transformer drops it without a word, which would lose data.
  if (key === '__proto__' || key === 'constructor') throw refused(path, 'is not allowed as a name');
}

function refused(path: Path, message: string): InputError {
  return InputError.forField(path.join('.').slice(0, MAX_PATH).toWellFormed().replaceAll('\0', '\\0'), message);
}
