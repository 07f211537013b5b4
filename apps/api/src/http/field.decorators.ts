import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type as Transformed } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, IsString, Length, Max, Min, ValidateNested } from 'class-validator';

/** What the documentation says of a field of a request, and whether it may be left out. */
export type FieldOptions = ApiPropertyOptions & { optional?: boolean };

/** Documents a field of a request, a text where it is nullable and names no type, and checks it by these rules. */
export function Field(
  rules: PropertyDecorator | PropertyDecorator[],
  { optional = false, ...documented }: FieldOptions,
): PropertyDecorator {
  // As of decorators that stand below each other, the last is applied first.
  const checks = [...(optional ? [IsOptional()] : []), ...[rules].flat()].reverse();
  const property = { ...(documented.nullable && { type: String }), ...documented, required: !optional };
  return applyDecorators(...checks, ApiProperty(property as ApiPropertyOptions));
}

/** Takes one of these values. */
export function OneOf(values: readonly string[], options: FieldOptions): PropertyDecorator {
  const rule = IsIn(values, { message: `must be one of: ${values.join(', ')}` });
  return Field(rule, { enum: [...values], ...options });
}

/** Takes a text of 1 to so many characters. */
export function Text(longest: number, options: FieldOptions): PropertyDecorator {
  return Field([IsString(), Length(1, longest)], options);
}

/** Takes a whole number within these bounds. */
export function Whole(minimum: number, maximum: number, options: FieldOptions): PropertyDecorator {
  return Field([IsInt(), Min(minimum), Max(maximum)], { minimum, maximum, ...options });
}

/** Takes an object with fields of its own. */
export function Nested(dto: Type, options: FieldOptions): PropertyDecorator {
  return Field([IsObject(), ValidateNested(), Transformed(() => dto)], { type: dto, ...options });
}

/** Documents a property of an answer that may be null: a text, where the options name no other type. */
export function ApiNullable(options: ApiPropertyOptions = {}): PropertyDecorator {
  return ApiProperty({ type: String, nullable: true, ...options });
}
