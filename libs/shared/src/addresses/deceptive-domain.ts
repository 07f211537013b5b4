/** Scripts that legitimate names mix (Unicode TR39, "highly restrictive"); every other label keeps to one. */
const MIXTURES = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
];
const SCRIPTS = [
  'Adlam Arabic Armenian Balinese Bengali Canadian_Aboriginal Cham Cherokee Cyrillic Devanagari Ethiopic ' +
    'Georgian Greek Gujarati',
  'Gurmukhi Hebrew Javanese Kannada Khmer Lao Lepcha Limbu Lisu Malayalam Meetei_Mayek Mongolian Myanmar ' +
    'New_Tai_Lue Nko Ol_Chiki',
  'Oriya Saurashtra Sinhala Sundanese Syriac Tai_Le Tai_Tham Tamil Telugu Thaana Thai Tibetan Tifinagh Vai Yi',
];

/**
 * Digits, signs that belong to no script, marks that follow a letter of any, and joiners, whose places IDNA has
 * checked.
 */
const OF_ALL = String.raw`0-9\p{Extended_Pictographic}\p{Script=Inherited}\u200c\u200d\-`;

const CONSISTENT = [
  ...MIXTURES,
  ...SCRIPTS.join(' ')
    .split(' ')
    .map((script) => [script]),
].map(
  (scripts) => new RegExp(`^[${OF_ALL}${scripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]+$`, 'u'),
);

/**
 * Letters that Unicode writes in two parts as well, and no disguise: the am of Thai and Lao, and the Catalan l with its
 * dot.
 */
const OF_TWO_PARTS = /[\u0e33\u0eb3\u0140\u013f]/g;

/** A dot between two l, as Catalan has it, and nowhere else (RFC 5892, A.3). */
const CATALAN_DOT = /(?<=l)\u00b7(?=l)/g;

/**
 * Tells whether a domain seems made to be taken for another: letters of several scripts in one label, or letters in
 * disguise (full-width, mathematical). A label of one script is a name, whatever its letters look like: it is stored as
 * punycode, where it looks like nothing else.
 *
 * @param written as it was given
 * @param unicode the same domain, read back from its ASCII form
 */
export function isDeceptive(written: string, unicode: string): boolean {
  const plain = written.replace(OF_TWO_PARTS, '');
  if (plain.normalize('NFC') !== plain.normalize('NFKC')) return true;
  return unicode
    .replace(CATALAN_DOT, '')
    .split('.')
    .some((label) => !CONSISTENT.some((script) => script.test(label)));
}
