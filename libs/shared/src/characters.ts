/**
 * Tells whether a text has more characters than that: code points, so that an emoji outside of the basic plane is one,
 * as PostgreSQL counts too.
 */
export function isLongerThan(text: string, characters: number): boolean {
  if (text.length <= characters) return false;
  // A code point is two units at most.
  if (text.length > 2 * characters) return true;
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1) count++;
  return count > characters;
}
