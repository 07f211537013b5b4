/** One thing wrong with what a caller sent: where (`messages.3.to`), and what would mend it. */
export interface FieldError {
  field: string;
  message: string;
}

/** The caller's input cannot be accepted. The API answers 400 (or `status`) as an RFC 9457 problem. */
export class InputError extends Error {
  constructor(
    readonly errors: FieldError[],
    readonly status: 400 | 409 | 422 = 400,
  ) {
    super(errors.map((e) => `${e.field}: ${e.message}`).join('; '));
    this.name = 'InputError';
  }

  static of(field: string, message: string, status: 400 | 409 | 422 = 400): InputError {
    return new InputError([{ field, message }], status);
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
