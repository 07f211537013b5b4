import { RenderError } from '@outbell/content/render-error.js';

/**
 * The text, if there is something to read in it: a lenient template may render to nothing.
 *
 * @throws {RenderError}
 */
export function something(text: string): string {
  if (text.trim() === '') throw new RenderError('empty_content', { part: 'text' });
  return text;
}
