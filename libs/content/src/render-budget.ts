import { RenderError } from './render-error.js';
import type { Part } from './template-source.js';

/** Values printed, blocks entered and turns of a loop. A receipt of 1,000 lines with ten values each takes 12,000. */
export const MAX_STEPS = 50_000;

/** Characters of one rendered part. */
export const MAX_OUTPUT: Record<Part, number> = { subject: 1_000, html: 1_000_000, text: 1_000_000 };

/**
 * Bounds the work of one rendering. Counted, not timed: the same template with the same variables always ends the same
 * way, however busy the machine is, and a loop in a loop in a loop cannot hold up the process.
 */
export class RenderBudget {
  private steps = 0;
  private printed = 0;

  constructor(
    private readonly part: Part,
    readonly lenient: boolean,
  ) {}

  /** Books so many steps. */
  step(count = 1): void {
    this.steps += count;
    if (this.steps > MAX_STEPS) throw new RenderError('too_many_steps', { part: this.part, limit: MAX_STEPS });
  }

  /** Books `length` characters of a printed value. */
  print(length: number): void {
    this.printed += length;
    this.fits(this.printed);
  }

  /** Checks the length of a text put together so far (what loops repeat besides values). */
  fits(length: number): void {
    const limit = MAX_OUTPUT[this.part];
    if (length > limit) throw new RenderError('output_too_large', { part: this.part, limit });
  }

  missing(variable: string): RenderError {
    return new RenderError('missing_variable', { part: this.part, variable });
  }

  notPrintable(variable: string, value: unknown): RenderError {
    const type = Array.isArray(value) ? 'list' : typeof value;
    return new RenderError('not_printable', { part: this.part, variable, type });
  }
}
