import { isLongerThan } from '@outbell/shared/characters.js';
import { ValidateBy } from 'class-validator';

/**
 * A name to stand before a sender's address. One that holds an address itself, or what ends a name in a header, is a forgery or an
 * accident: many mail programs show nothing but the name.
 */
export function IsSenderName(): PropertyDecorator {
  const message = 'must be 1 to 100 visible characters, without @, <, > or quotes';
  return ValidateBy({ name: 'isSenderName', validator: { validate: isName, defaultMessage: () => message } });
}

/** Of Persian, Malayalam and others, and of emoji made of several: between two characters that are not ASCII, they belong to the spelling. */
const JOINERS = /(?<=[^\0-\x7f\p{C}])[\u200c\u200d](?=[^\0-\x7f\p{C}])/gu;

function isName(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    !isLongerThan(value, 100) &&
    /^[^\p{C}\p{Z}@<>"＠](?:[^\p{C}\p{Zl}\p{Zp}@<>"＠]*[^\p{C}\p{Z}@<>"＠])?$/u.test(value.replace(JOINERS, ''))
  );
}
