/**
 * What a terminal obeys, or shows as another order of letters, or not at all. Joiners are what words are written with.
 */
const UNPRINTABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/**
 * A value of the database, or of anybody, on one line: what is not to be printed is written as JSON has it (`\u001b`).
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** A whole answer: its own line breaks stay. As it is written within texts of JSON, that stays the same document. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
