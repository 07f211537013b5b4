import type { FatalAction } from '../../faults/faults.service.js';

/** A negative reply. smtp-server answers an error of a handler with its `responseCode` and its message. */
export class SmtpRefusal extends Error {
  constructor(
    readonly responseCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'SmtpRefusal';
  }

  static of({ code, enhanced, text }: Extract<FatalAction, { type: 'reply' }>): SmtpRefusal {
    return new SmtpRefusal(code, enhanced === undefined ? text : `${enhanced} ${text}`);
  }

  get reply(): string {
    return `${this.responseCode} ${this.message}`;
  }
}
