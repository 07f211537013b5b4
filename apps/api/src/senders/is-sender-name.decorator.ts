import { isName, nameFault } from '@outbell/shared/name-rule.js';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import { composed } from '../http/is-name.decorator.js';

/**
 * A name to stand before a sender's address. One that holds an address itself, or what ends a name in a header, is a
 * forgery or an accident: many mail programs show nothing but the name.
 */
export function IsSenderName(): PropertyDecorator {
  const message = `${nameFault()}, and without @, <, > or quotes`;
  return ValidateBy({ name: 'isSenderName', validator: { validate: isSenderName, defaultMessage: () => message } });
}

function isSenderName(value: unknown, asked?: ValidationArguments): boolean {
  const name = composed(value, asked);
  return isName(name) && !/[@<>"＠]/u.test(name);
}
