/** Names of fields that hold JSON of the tenant's own, in which null is a value like any other. */
export type FreeFields = ReadonlySet<string>;

/**
 * Writes a text that is the same for equal JSON values and for no others, in whatever order the keys of their objects
 * came. Texts follow their length instead of being quoted: quoting is most of what JSON costs, and this is done for
 * every message.
 *
 * @param value as JSON has it; a Date counts as its text, an undefined property as none
 * @param free given: a null property counts as none, but within these fields
 */
export function canonical(value: unknown, free?: FreeFields): string {
  if (typeof value === 'string') return `"${value.length}:${value}`;
  if (value === undefined) return 'undefined;';
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return ofItems(value, free);
    if (value instanceof Date) return canonical(value.toISOString());
    return ofFields(value as Record<string, unknown>, free);
  }
  return `${value as number | boolean};`;
}

function ofItems(items: unknown[], free?: FreeFields): string {
  let text = '[';
  for (const item of items) text += canonical(item, free);
  return `${text}]`;
}

function ofFields(fields: Record<string, unknown>, free?: FreeFields): string {
  let text = '{';
  for (const key of sorted(Object.keys(fields))) {
    const value = fields[key];
    if (value === undefined || (value === null && free)) continue;
    text += `${key.length}:${key}${canonical(value, free?.has(key) ? undefined : free)}`;
  }
  return `${text}}`;
}

/** By insertion: twice as fast as `sort()` for the few keys most objects have. */
function sorted(keys: string[]): string[] {
  if (keys.length > 12) return keys.sort();
  for (let next = 1; next < keys.length; next++) {
    const key = keys[next] as string;
    let place = next;
    while (place > 0 && (keys[place - 1] as string) > key) {
      keys[place] = keys[place - 1] as string;
      place--;
    }
    keys[place] = key;
  }
  return keys;
}
