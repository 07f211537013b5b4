import type { FieldCode } from './constants/field-codes.js';
import { type CodeOf, isProblemCode, PROBLEM_CODES, type ProblemCode } from './constants/problem-codes.js';

/**
 * One thing wrong with what a caller sent: where (`messages.3.to`), what would mend it, and its stable code (default
 * `invalid`).
 */
export interface FieldError {
  field: string;
  message: string;
  code?: FieldCode | ProblemCode;
}

type InputStatus = 400 | 409 | 422;

const CODE_OF_STATUS = { 400: 'invalid_input', 409: 'conflict', 422: 'unprocessable' } as const;

/**
 * The caller's input cannot be accepted. The API answers 400 (or `status`) as an RFC 9457 problem with the stable
 * `code`. It has no stack: it tells of the input and of no fault in the code, and stacks were most of what it cost to
 * refuse a list of bad rows.
 */
export class InputError extends Error {
  /** @param code default: that of all the errors, if they share one of this status; else that of the status */
  constructor(
    readonly errors: FieldError[],
    readonly status: InputStatus = 400,
    readonly code: ProblemCode = sharedCode(errors, status) ?? CODE_OF_STATUS[status],
  ) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(errors.map((e) => `${e.field}: ${e.message}`).join('; '));
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'InputError';
  }

  /** @param code of a problem of this status, or of the field alone */
  static forField<Status extends InputStatus = 400>(
    field: string,
    message: string,
    status?: Status,
    code?: FieldCode | CodeOf<Status>,
  ): InputError {
    return new InputError([{ field, message, ...(code && { code }) }], status);
  }
}

/** The key that asks may not do this, whatever it asks for. The API answers 403. */
export class ForbiddenError extends Error {
  constructor(
    message: string,
    readonly code: ProblemCode,
  ) {
    super(message);
    this.name = 'ForbiddenError';
  }
}

/** Nothing of that id belongs to the tenant (whether another tenant has it is not told). */
export class NotFoundError extends Error {
  constructor(
    readonly resource: string,
    readonly id: string,
  ) {
    super(`no ${resource} ${id}`);
    this.name = 'NotFoundError';
  }
}

/** Gives back what was looked for. @throws {NotFoundError} when it is not there */
export function found<T>(value: T, resource: string, id: string): NonNullable<T> {
  if (!value) throw new NotFoundError(resource, id);
  return value;
}

/** Makes an Error of what was thrown, which need not be one. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('something was thrown that is no error', { cause: thrown });
}

function sharedCode(errors: FieldError[], status: InputStatus): ProblemCode | undefined {
  const code = errors[0]?.code;
  if (!isProblemCode(code) || PROBLEM_CODES[code].status !== status) return undefined;
  return errors.every((error) => error.code === code) ? code : undefined;
}
