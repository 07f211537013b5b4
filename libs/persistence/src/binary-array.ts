/**
 * Arrays as parameters in PostgreSQL's binary form: it takes them over as they are, where it would read texts letter by
 * letter, and so does the driver. Of an insert of many rows, a column each, that is a third of the cost.
 *
 * https://www.postgresql.org/docs/current/protocol-overview.html#PROTOCOL-FORMAT-CODES; the layout is array_send()'s.
 */

/** Describes how values of a type are written. */
export interface ElementType<T> {
  /** Of pg_type. */
  oid: number;
  /** In bytes. */
  sizeOf(value: T): number;
  write(value: T, buffer: Buffer, at: number): void;
}

export const TEXT: ElementType<string> = {
  oid: 25,
  sizeOf: (value) => Buffer.byteLength(value),
  write: (value, buffer, at) => buffer.write(value, at),
};

/** Of JSON texts. */
export const JSON_TEXT: ElementType<string> = { ...TEXT, oid: 114 };

/** Of UUIDs as texts, with their hyphens. */
export const UUID: ElementType<string> = {
  oid: 2950,
  sizeOf: () => 16,
  write: (value, buffer, at) => writeHex(value.replaceAll('-', ''), 16, buffer, at),
};

/** `bytea`, of hex texts. */
export const HEX: ElementType<string> = {
  oid: 17,
  sizeOf: (value) => value.length / 2,
  write: (value, buffer, at) => writeHex(value, value.length / 2, buffer, at),
};

/** Writing stops at what is no hex; what then lies behind it in the buffer is anybody's. */
function writeHex(hex: string, size: number, buffer: Buffer, at: number): void {
  if (hex.length !== size * 2 || buffer.write(hex, at, 'hex') !== size)
    throw new TypeError('not hex, or of another size');
}

export const SMALLINT: ElementType<number> = {
  oid: 21,
  sizeOf: () => 2,
  write: (value, buffer, at) => buffer.writeInt16BE(value, at),
};

export const INTEGER: ElementType<number> = {
  oid: 23,
  sizeOf: () => 4,
  write: (value, buffer, at) => buffer.writeInt32BE(value, at),
};

/** PostgreSQL counts microseconds from here. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

export const TIMESTAMPTZ: ElementType<Date> = {
  oid: 1184,
  sizeOf: () => 8,
  write: (value, buffer, at) => buffer.writeBigInt64BE(BigInt(value.getTime() - EPOCH_MS) * 1000n, at),
};

/** Dimensions, whether there are nulls, the type; length and lower bound of the one dimension. */
const HEAD = 20;
const LENGTH = 4;

/** An array of one dimension, to be passed as the parameter `$1::<type>[]`. */
export function binaryArray<T>(type: ElementType<T>, values: readonly (T | null)[]): Buffer {
  const runs = runsOf(values);
  let size = HEAD;
  for (const { value, times } of runs) size += times * sizeOf(type, value);
  const buffer = Buffer.allocUnsafe(size);
  writeHead(buffer, type.oid, values.length);
  let at = HEAD;
  for (const { value, times } of runs) at = repeat(buffer, at, writeElement(type, value, buffer, at), times);
  return buffer;
}

interface Run<T> {
  value: T | null;
  times: number;
}

/** Most columns of a batch hold one value, or few. */
function runsOf<T>(values: readonly (T | null)[]): Run<T>[] {
  const runs: Run<T>[] = [];
  let run: Run<T> | undefined;
  for (const value of values) {
    if (run?.value === value) run.times++;
    else runs.push((run = { value, times: 1 }));
  }
  return runs;
}

function sizeOf<T>(type: ElementType<T>, value: T | null): number {
  return LENGTH + (value === null ? 0 : type.sizeOf(value));
}

/**
 * Repeats an element: what is written twice is copied as two, then as four: a thousand copies are ten steps. @returns
 * where the last one ends
 */
function repeat(buffer: Buffer, start: number, end: number, times: number): number {
  const last = start + (end - start) * times;
  for (let at = end; at < last; at += at - start) buffer.copyWithin(at, start, Math.min(at, start + last - at));
  return last;
}

function writeHead(buffer: Buffer, oid: number, length: number): void {
  [1, 1, oid, length, 1].forEach((word, index) => buffer.writeInt32BE(word, index * 4));
}

/** @returns where the next one begins */
function writeElement<T>(type: ElementType<T>, value: T | null, buffer: Buffer, at: number): number {
  if (value === null) return buffer.writeInt32BE(-1, at);
  const size = type.sizeOf(value);
  type.write(value, buffer, buffer.writeInt32BE(size, at));
  return at + LENGTH + size;
}
