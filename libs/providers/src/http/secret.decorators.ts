import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsOptional, IsString, Length, Matches } from 'class-validator';
import { CredentialField } from '../credential-field.js';

interface Secret {
  example: string;
  description: string;
  /** In characters. */
  longest?: number;
}

/** A key or token of an account, as vendors give them: printable ASCII without blanks. */
export function Secret({ longest = 500, ...field }: Secret): PropertyDecorator {
  return applyDecorators(
    CredentialField(field) as PropertyDecorator,
    IsString(),
    Length(1, longest),
    Matches(/^[\x21-\x7e]+$/, { message: '$property must not hold blanks' }),
  );
}

/**
 * Up to five secrets that hold at the same time, while one replaces another. What each looks like is said beside it.
 */
export function Secrets(field: { example: string[]; description: string }): PropertyDecorator {
  return applyDecorators(
    CredentialField({ required: false, ...field }) as PropertyDecorator,
    IsOptional(),
    IsArray(),
    ArrayMaxSize(5),
  );
}
