import { ValidateBy } from 'class-validator';

/** A language tag in its canonical spelling (`de-AT`): messages find a template by exactly this text. */
export function IsLocale(): PropertyDecorator {
  const message = 'must be a language tag in canonical spelling, such as en, de-AT or zh-Hant';
  return ValidateBy({ name: 'isLocale', validator: { validate: isCanonical, defaultMessage: () => message } });
}

function isCanonical(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 35) return false;
  try {
    return Intl.getCanonicalLocales(value)[0] === value;
  } catch {
    return false;
  }
}
