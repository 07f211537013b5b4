import { compile } from 'html-to-text';

const convert = compile({
  wordwrap: false,
  // Bounds the work on hostile markup; no real mail comes near.
  limits: { maxInputLength: 1_000_000, maxDepth: 200 },
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
    { selector: 'img', format: 'skip' },
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'h2', options: { uppercase: false } },
    { selector: 'h3', options: { uppercase: false } },
    { selector: 'table', options: { uppercaseHeaderCells: false } },
  ],
});

/** The plain text a reader without HTML gets: an email always carries both. */
export function textFromHtml(html: string): string {
  return convert(html);
}
