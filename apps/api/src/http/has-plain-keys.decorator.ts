import { hasPlainCharacters } from '@outbell/shared/name-rule.js';
import { ValidateBy } from 'class-validator';

/** More than MaxJsonSize lets through anywhere: what is larger is refused for that, and not read on. */
const MOST_CHARACTERS = 20_000;

/** Free JSON whose keys, at any depth, can be shown anywhere as they are. */
export function HasPlainKeys(): PropertyDecorator {
  const message = 'has a key with control characters, or with some that are not seen or turn the direction of text';
  return ValidateBy({ name: 'hasPlainKeys', validator: { validate: hasPlainKeys, defaultMessage: () => message } });
}

function hasPlainKeys(value: unknown): boolean {
  const budget = { left: MOST_CHARACTERS };
  return isPlain(value, budget);
}

/** checkJson has bounded how deep it is. */
function isPlain(value: unknown, budget: { left: number }): boolean {
  budget.left -= 1;
  if (budget.left < 0 || typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, budget));
  for (const key of Object.keys(value)) {
    budget.left -= key.length;
    if (budget.left < 0) return true;
    if (!hasPlainCharacters(key) || !isPlain((value as Record<string, unknown>)[key], budget)) return false;
  }
  return true;
}
