/**
 * What a name may not hold, wherever it is shown: controls, among them those of a terminal and line breaks; what turns
 * the direction of a text or is not seen; private and unassigned characters. Joiners and variation selectors are what
 * Persian, Malayalam and emoji are written with.
 */
const FORBIDDEN = /(?!\p{Join_Control}|\p{Variation_Selector})[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** A joiner that joins nothing: at an end, beside a blank, a second one; or letters of ASCII, which need none. */
const LONE_JOINER = /(?<![^\0-\x7f\p{C}\p{Z}])\p{Join_Control}|\p{Join_Control}(?![^\0-\x7f\p{C}\p{Z}])/u;

/** The end of a word in older Malayalam: a consonant, its virama and a joiner. */
const CHILLU = /(?<=\p{M})\u200d(?=$|[\p{Z}\p{P}])/gu;

/** England and others: a black flag, letters that are not seen, and their end. */
const FLAGS = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}/gu;

const BLANK = /[\p{Z}\s\u2800]/u;
const UNSEEN = /[\p{Z}\s\u2800\p{M}\p{Default_Ignorable_Code_Point}]/gu;

/** The longest name unless a field says otherwise, in characters. */
export const LONGEST_NAME = 100;

/**
 * Checks what people call things by the one rule for it: connections, keys, tenants, senders, tags, ids of their own.
 *
 * @returns whether it can be shown anywhere as it is
 */
export function isName(name: string, longest = LONGEST_NAME): boolean {
  // Characters are counted as people do; no text of that many has more than twice as many units.
  if (name.length > 2 * longest || Array.from(name).length > longest) return false;
  if (BLANK.test(name.at(0) ?? ' ') || BLANK.test(name.at(-1) ?? ' ')) return false;
  return hasPlainCharacters(name) && name.replace(UNSEEN, '') !== '';
}

/** Tells whether a text on one line holds nothing but what can be seen, and blanks. */
export function hasPlainCharacters(text: string): boolean {
  return !FORBIDDEN.test(text.replace(FLAGS, '')) && !LONE_JOINER.test(text.replace(CHILLU, ''));
}

export function nameFault(longest = LONGEST_NAME): string {
  return (
    `must be 1 to ${longest} characters, some of them visible, without a blank at either end, line breaks ` +
    'or other control characters'
  );
}
