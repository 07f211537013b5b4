import { getMetadataStorage, type ValidationError } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import type { FieldCode } from '@outbell/shared/constants/field-codes.js';
import type { FieldError } from '@outbell/shared/errors.js';
import { closest } from '@outbell/shared/closest.js';
import { documentedExample } from './documented-example.js';

/** The sender of a body that is wrong in a million places needs to know of some. */
const MOST = 100;

const UNKNOWN = 'whitelistValidation';

/** Codes of class-validator's rules and of our own, by name. What is not here is about the form of a value. */
const CODE_OF_RULE: Readonly<Record<string, FieldCode>> = {
  isString: 'wrong_type',
  isInt: 'wrong_type',
  isNumber: 'wrong_type',
  isBoolean: 'wrong_type',
  isObject: 'wrong_type',
  isArray: 'wrong_type',
  nestedValidation: 'wrong_type',
  unknownValue: 'wrong_type',
  isIn: 'not_allowed',
  isEnum: 'not_allowed',
  min: 'out_of_range',
  max: 'out_of_range',
  minLength: 'too_short',
  arrayMinSize: 'too_short',
  arrayNotEmpty: 'too_short',
  maxLength: 'too_long',
  maxJsonSize: 'too_long',
  arrayMaxSize: 'too_long',
  arrayUnique: 'duplicate',
};

/** What these say of a missing value is no help to whoever left it out. */
const SAYS_NOTHING_MORE = new Set<string | undefined>(['wrong_type', 'too_short', 'too_long', 'out_of_range']);

/** One rule that a field breaks. */
interface Broken {
  rule: string;
  code: FieldCode;
  message: string;
}

/**
 * class-validator's tree as a list, one entry for each field, the first hundred: `{ field: 'messages.3.to', message:
 * 'is required', code }`.
 *
 * @param errors with target and value, for what their messages do not tell
 * @param most entries, where a hundred are too many
 */
export function fieldErrors(errors: ValidationError[], most = MOST): FieldError[] {
  const found: FieldError[] = [];
  collect(errors, [], { found, most });
  return found;
}

function collect(errors: ValidationError[], parents: string[], list: { found: FieldError[]; most: number }): void {
  for (const error of errors) {
    if (list.found.length >= list.most) return;
    const path = [...parents, ...(error.property ? [error.property] : [])];
    if (error.constraints) list.found.push({ field: path.join('.') || 'body', ...fault(error, error.constraints) });
    collect(error.children ?? [], path, list);
  }
}

/** Finds what is wrong with a field before all: a value of another type is neither too short nor of another form. */
function fault(error: ValidationError, constraints: Record<string, string>): Omit<FieldError, 'field'> {
  if (UNKNOWN in constraints) return unknownProperty(error);
  const broken = Object.entries(constraints).map(([rule, text]): Broken => {
    return { rule, code: codeOf(rule, text), message: withoutName(text, error.property) };
  });
  const worst =
    broken.find(({ rule }) => rule === 'isArray') ?? broken.find(({ code }) => code === 'wrong_type') ?? broken[0];
  if (!worst) return { code: 'invalid', message: 'is not valid' };
  if (isMissing(error)) return missing(worst);
  return { code: worst.code, message: worst.message + shownExample(error, worst.rule) };
}

function isMissing(error: ValidationError): boolean {
  return 'value' in error ? error.value === undefined || error.value === null : false;
}

function missing({ code, message }: Broken): Omit<FieldError, 'field'> {
  return { code: 'required', message: SAYS_NOTHING_MORE.has(code) ? 'is required' : `is required: ${message}` };
}

function codeOf(rule: string, message: string): FieldCode {
  if (rule === 'isLength') return message.includes('shorter') && !message.includes('longer') ? 'too_long' : 'too_short';
  return CODE_OF_RULE[rule] ?? 'wrong_format';
}

/** Shows the object to whoever gives a text where one belongs. */
function shownExample({ target, property }: ValidationError, rule: string): string {
  if (!target || !['isObject', 'isArray', 'nestedValidation'].includes(rule)) return '';
  const example = documentedExample(target, property, rule === 'isArray');
  return example === undefined ? '' : `, such as ${example}`;
}

function unknownProperty({ target, property }: ValidationError): Omit<FieldError, 'field'> {
  const near =
    target && closest(property, [...new Set(rulesOf(target.constructor).map(({ propertyName }) => propertyName))]);
  return {
    code: 'unknown_property',
    message: near === undefined ? 'is not a known property' : `is not a known property; did you mean ${near}?`,
  };
}

/** Finds class-validator's rules of a DTO as ValidationPipe asks: of no schema, neither `always` nor of groups. */
export function rulesOf(dto: NewableFunction): ValidationMetadata[] {
  return getMetadataStorage().getTargetValidationMetadatas(dto, undefined as unknown as string, false, false);
}

/** `to must be an email` → `must be an email`: the field is named beside it. */
function withoutName(message: string, property: string): string {
  if (message.startsWith('nested property ')) return 'must be an object';
  const [, of = '', rest = message] = /^(each value in )?(.*)$/s.exec(message) ?? [];
  const own = rest.startsWith(`${property} `) ? rest.slice(property.length + 1) : rest;
  return of === '' ? own : `each value ${own}`;
}
