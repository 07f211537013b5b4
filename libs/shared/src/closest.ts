import { distance } from 'fastest-levenshtein';

/** Longer names are no typing errors, and are dear to compare. */
const LONGEST = 100;

/**
 * The known name that somebody may have meant: the same but for case, hyphens and underscores, or for a typing error in
 * three letters.
 *
 * @returns undefined when none is near
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = plain(name);
  let nearest: string | undefined;
  let least = Math.ceil(wanted.length / 3) + 1;
  for (const candidate of known) {
    const away = distance(wanted, plain(candidate));
    if (away < least) [nearest, least] = [candidate, away];
  }
  return nearest;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}
