import { InputError } from '@outbell/shared/errors.js';

/**
 * The values, lists and objects that a body may hold, all together: more than its documented fields can need, and what
 * is parsed and checked in some hundredths of a second. Those of a batch are for all of its items.
 */
export const MAX_VALUES = 60_000;
export const MAX_BATCH_VALUES = 250_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];

/**
 * Refuses a body that is costly by its structure, before it is parsed: three million empty objects are ten megabytes,
 * and gigabytes when they are parsed.
 *
 * @throws {InputError} when it holds more than so many values
 */
export function checkStructure(body: Buffer, maxValues: number): void {
  // Each takes a byte at least.
  if (body.length <= maxValues) return;
  let values = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number;
    if (byte === QUOTE) at = closingQuote(body, at);
    else if ((byte === COMMA || byte === OPENING[0] || byte === OPENING[1]) && ++values > maxValues) {
      throw tooManyValues(maxValues);
    }
  }
}

export function tooManyValues(maxValues: number): InputError {
  const text = `holds more than ${maxValues} values, lists and objects, all together; send less at once`;
  return InputError.forField('body', text);
}

/** @param opening where a text begins @returns where it ends; the body's length when it does not */
export function closingQuote(body: Buffer, opening: number): number {
  let at = opening + 1;
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
  return at;
}
