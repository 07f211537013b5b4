import { Tokenizer } from 'htmlparser2';
import { HtmlReader } from './plain-text/html-reader.js';
import { beyond, TEXT_BOUNDS, underivable } from './plain-text/text-bounds.js';
import { RenderError } from './render-error.js';

/**
 * The plain text a reader without HTML gets: an email always carries both. What is not displayed (`display: none`, such
 * as the preview that inboxes show) is left out.
 *
 * @throws {RenderError} `text_not_derivable` for html beyond {@link TEXT_BOUNDS}
 */
export function textFromHtml(html: string): string {
  if (html.length > TEXT_BOUNDS.input) throw beyond('input');
  const reader = new HtmlReader(html);
  const tokenizer = new Tokenizer({}, reader);
  tokenizer.write(html);
  tokenizer.end();
  return reader.text;
}

/**
 * Says why {@link textFromHtml} makes no text of some html, to follow the name of the field; undefined where it makes
 * one.
 */
export function textFault(html: string): string | undefined {
  try {
    textFromHtml(html);
    return undefined;
  } catch (error) {
    if (error instanceof RenderError) return underivable(error);
    throw error;
  }
}
