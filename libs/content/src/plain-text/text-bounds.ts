import { RenderError } from '../render-error.js';

/**
 * Bounds of making a text from html. Counted, not timed: the work grows with the html alone, so that these bound its
 * time as well (the worst takes some 100 ms), and the same html always ends the same way. No mail that people read
 * comes near.
 */
export const TEXT_BOUNDS = {
  /** Characters of html. */
  input: 1_000_000,
  /** Characters of text. */
  output: 1_000_000,
  /** Opening tags. */
  elements: 100_000,
  /** Elements open within each other. Browsers stop at 512. */
  depth: 1_000,
} as const;

/** The longest that quotes and lists put before a line, in characters: what is nested deeper is indented no further. */
export const LONGEST_PREFIX = 40;

/** The most that one tag adds to the text besides what the author wrote: empty lines, a marker, a ruler. */
const GROWTH_OF_TAG = 200;

type Bound = keyof typeof TEXT_BOUNDS;

const WORDS: Record<Bound, (limit: number) => string> = {
  input: (limit) => `it is longer than ${limit} characters`,
  output: (limit) => `the text would be longer than ${limit} characters`,
  elements: (limit) => `it has more than ${limit} elements`,
  depth: (limit) => `its elements are nested deeper than ${limit}`,
};

/** Says why no text is made of some html, and how to mend it: follows the name of the field. */
export function underivable({ detail }: RenderError): string {
  const bound = Object.keys(WORDS).find((each) => each === detail['bound']) as Bound | undefined;
  const why = bound ? `: ${WORDS[bound](TEXT_BOUNDS[bound])}` : '';
  return (
    `is too much to make the plain text of that goes beside it (text_not_derivable)${why}. Make it ` +
    'smaller, or give text too'
  );
}

export function beyond(bound: Bound): RenderError {
  return new RenderError('text_not_derivable', { part: 'html', bound, limit: TEXT_BOUNDS[bound] });
}

/** Tells whether the bounds are certainly kept, without making the text: true of nearly every mail. */
export function keepsBounds(html: string): boolean {
  if (html.length > TEXT_BOUNDS.output / 2) return false;
  let tags = 0;
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) {
    if (++tags >= TEXT_BOUNDS.depth) return false;
  }
  // Each line of preformatted text may have a prefix of its own.
  return (
    tags * GROWTH_OF_TAG + html.length + (PREFORMATTED.test(html) ? html.length * LONGEST_PREFIX : 0) <
    TEXT_BOUNDS.output
  );
}

const PREFORMATTED = /<(?:pre|listing|xmp|plaintext|textarea)/i;
