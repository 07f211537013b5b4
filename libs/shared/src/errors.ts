import type { ProblemCode } from './constants/problem-codes.js';

/** One thing wrong with what a caller sent: where (`messages.3.to`), and what would mend it. */
export interface FieldError {
  field: string;
  message: string;
}

type InputStatus = 400 | 409 | 422;

const CODE_OF_STATUS: Record<InputStatus, ProblemCode> = {
  400: 'invalid_input',
  409: 'conflict',
  422: 'unprocessable',
};

/** The caller's input cannot be accepted. The API answers 400 (or `status`) as an RFC 9457 problem with the stable `code`. */
export class InputError extends Error {
  constructor(
    readonly errors: FieldError[],
    readonly status: InputStatus = 400,
    readonly code: ProblemCode = CODE_OF_STATUS[status],
  ) {
    super(errors.map((e) => `${e.field}: ${e.message}`).join('; '));
    this.name = 'InputError';
  }

  static of(field: string, message: string, status: InputStatus = 400, code?: ProblemCode): InputError {
    return new InputError([{ field, message }], status, code);
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

/** What is thrown need not be an Error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('something was thrown that is no error', { cause: thrown });
}
