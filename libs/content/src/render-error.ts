import type { Detail } from '@outbell/shared/outcome.js';

export type RenderFailure =
  | 'missing_variable'
  | 'not_printable'
  | 'output_too_large'
  | 'too_many_steps'
  | 'line_break_in_subject'
  | 'empty_content'
  | 'no_recording'
  | 'text_not_derivable'
  | 'template_error';

/** This template cannot be rendered with these variables. Trying again would not help. */
export class RenderError extends Error {
  constructor(
    readonly reason: RenderFailure,
    readonly detail: Detail,
  ) {
    super(`${reason}: ${JSON.stringify(detail)}`);
    this.name = 'RenderError';
  }
}
