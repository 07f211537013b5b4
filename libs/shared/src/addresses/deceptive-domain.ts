/** Scripts that legitimate names mix (Unicode TR39, "highly restrictive"); every other label keeps to one. */
const MIXTURES = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
];
const SCRIPTS =
  'Arabic Armenian Bengali Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Hebrew Kannada Khmer Lao Malayalam Myanmar Oriya Sinhala Tamil Telugu Thai Tibetan';

const CONSISTENT = [...MIXTURES, ...SCRIPTS.split(' ').map((script) => [script])].map(
  (scripts) => new RegExp(`^[0-9-${scripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]+$`, 'u'),
);

/** Labels of Cyrillic or Greek letters alone, each of which passes for a Latin one: `аррӏе`. */
const PASSES_FOR_LATIN = /^(?=.*[^0-9-])[0-9-асԁеһіјӏорԛѕԝхуьҽпгѵѡαικνοορτυωηγβ]+$/u;

/**
 * Whether a domain seems made to be taken for another: letters of several scripts in one label, a label of look-alikes under a Latin top
 * level, or letters in disguise (full-width, mathematical). What still passes is stored as punycode, where it looks like nothing else.
 *
 * @param written as it was given
 * @param unicode the same domain, read back from its ASCII form
 */
export function isDeceptive(written: string, unicode: string): boolean {
  if (written.normalize('NFC') !== written.normalize('NFKC')) return true;
  const labels = unicode.split('.');
  const latinTop = /^[a-z0-9-]+$/.test(labels.at(-1) ?? '');
  return labels.some(
    (label) => !CONSISTENT.some((script) => script.test(label)) || (latinTop && PASSES_FOR_LATIN.test(label)),
  );
}
