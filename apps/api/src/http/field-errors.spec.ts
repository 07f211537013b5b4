import { ApiProperty } from '@nestjs/swagger';
import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  validate,
  ValidateNested,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { fieldErrors } from './field-errors.js';

class InnerDto {
  @ApiProperty({ example: 'welcome' })
  @IsString()
  @Length(1, 10)
  name!: string;
}

class OuterDto {
  @IsIn(['a', 'b'], { message: 'must be one of: a, b' })
  kind!: string;

  @IsOptional()
  @IsString()
  @Length(2, 5)
  scheduled_at?: string;

  @ApiProperty({ type: InnerDto })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => InnerDto)
  template?: InnerDto;

  @ApiProperty({ type: [InnerDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => InnerDto)
  messages?: InnerDto[];

  @ApiProperty({ example: ['receipts'] })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @Length(1, 3, { each: true })
  tags?: string[];

  @IsOptional()
  @IsInt()
  @Max(3)
  count?: number;

  @IsOptional()
  @Matches(/^\d{6}$/, { message: 'must be six digits, as text' })
  code?: string;
}

async function errorsOf(body: object) {
  const errors = await validate(plainToInstance(OuterDto, body), {
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: true, value: true },
  });
  return fieldErrors(errors);
}

describe('fieldErrors', () => {
  it.each<[string, object, object]>([
    ['a missing field', {}, { field: 'kind', message: 'is required: must be one of: a, b', code: 'required' }],
    [
      'a field deep down',
      { kind: 'a', messages: [{ name: 'x' }, {}] },
      { field: 'messages.1.name', message: 'is required', code: 'required' },
    ],
    [
      'null',
      { kind: 'a', template: { name: null } },
      { field: 'template.name', message: 'is required', code: 'required' },
    ],
    ['another value', { kind: 'c' }, { field: 'kind', message: 'must be one of: a, b', code: 'not_allowed' }],
    [
      'another type',
      { kind: 'a', scheduled_at: 5 },
      { field: 'scheduled_at', message: 'must be a string', code: 'wrong_type' },
    ],
    ['a short text', { kind: 'a', scheduled_at: 'x' }, { field: 'scheduled_at', code: 'too_short' }],
    ['a long text', { kind: 'a', scheduled_at: 'xxxxxx' }, { field: 'scheduled_at', code: 'too_long' }],
    ['a large number', { kind: 'a', count: 4 }, { field: 'count', code: 'out_of_range' }],
    [
      'another form',
      { kind: 'a', code: 'x' },
      { field: 'code', message: 'must be six digits, as text', code: 'wrong_format' },
    ],
    [
      'an item of another type',
      { kind: 'a', tags: [1] },
      { field: 'tags', message: 'each value must be a string', code: 'wrong_type' },
    ],
    [
      'a text for a list',
      { kind: 'a', tags: 'x' },
      { field: 'tags', message: 'must be an array, such as ["receipts"]', code: 'wrong_type' },
    ],
    [
      'a text for an object',
      { kind: 'a', template: 'welcome' },
      { field: 'template', message: 'must be an object, such as {"name":"welcome"}', code: 'wrong_type' },
    ],
    [
      'an object for a list of them',
      { kind: 'a', messages: 'x' },
      { field: 'messages', message: 'must be an array, such as [{"name":"welcome"}]', code: 'wrong_type' },
    ],
    [
      'camel case',
      { kind: 'a', scheduledAt: 'xx' },
      {
        field: 'scheduledAt',
        message: 'is not a known property; did you mean scheduled_at?',
        code: 'unknown_property',
      },
    ],
    [
      'a typing error',
      { kind: 'a', tempalte: {} },
      { field: 'tempalte', message: 'is not a known property; did you mean template?', code: 'unknown_property' },
    ],
    [
      'a strange name',
      { kind: 'a', bcc: 'x' },
      { field: 'bcc', message: 'is not a known property', code: 'unknown_property' },
    ],
  ])('of %s says one thing', async (_, body, expected) => {
    const errors = await errorsOf(body);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject(expected);
  });

  it('lists the first hundred of many', async () => {
    const messages = Array.from({ length: 150 }, () => ({}));
    expect(await errorsOf({ kind: 'a', messages })).toHaveLength(100);
  });
});
