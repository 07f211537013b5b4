import type { FieldError } from '@outbell/shared/errors.js';

/** One row of a list, or what is wrong with it. */
export type ListRecord = ListRow | ListFault;

export interface ListRow {
  /** Where it begins, counted from 1. */
  line: number;
  /** By column; what is empty is left out. Of CSV texts, of NDJSON whatever its values are. */
  values: Record<string, unknown>;
}

export interface ListFault {
  line: number;
  /** Read only of those that are told. */
  readonly fault: Omit<FieldError, 'field'> & { column: string | null };
}

/** What a list may hold. */
export interface ListColumns {
  known: readonly string[];
  required: readonly string[];
  /** What exports have and imports leave alone. */
  ignored: readonly string[];
}

/** The longest row, in characters. */
export const LONGEST_ROW = 100_000;

export function fault(line: number, code: 'wrong_format' | 'wrong_type' | 'too_long', message: string): ListFault {
  return { line, fault: { column: null, code, message } };
}
