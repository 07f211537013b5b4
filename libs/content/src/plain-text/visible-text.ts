/** Spaces that are none of HTML's own, and characters that show nothing. */
const UNUSUAL = /[\u034f\u00a0\u00ad\u180e\u2000-\u200d\u2028\u2029\u202f\u205f-\u2064\ufeff]/;

const SPACES = /[\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f]/g;
const NOTHING = /[\u034f\u00ad\u180e\u200b\u2060-\u2064\ufeff]/g;

/** Joiners are letters' own in Persian, Hindi and emoji; beside a space they only fill up a preview. */
const IDLE_JOINERS = /(?<=[ \t\n\r\f])[\u200c\u200d]+|(?<![\u200c\u200d])[\u200c\u200d]+(?=[ \t\n\r\f])/g;
const ONLY_JOINERS = /^[ \t\n\r\f\u200c\u200d]+$/;

/** The text as far as it can be seen: with plain spaces only, and without soft hyphens and characters of no width. */
export function visible(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  const plain = text.replace(SPACES, ' ').replace(NOTHING, '');
  return ONLY_JOINERS.test(plain) ? ' ' : plain.replace(IDLE_JOINERS, '');
}
